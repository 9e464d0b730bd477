// What training can be taken up from again: everything that lives across iterations, in the safetensors
// format.
#pragma once

#include <filesystem>

#include "runtime/program.h"
#include "runtime/training/safetensors.h"

namespace runtime {

// Parameters and states by name, row-major, with `about` as the file's metadata. Written beside and renamed.
void save_checkpoint(const std::filesystem::path& path, const Program& program, const StoredMetadata& about);

// Fills the program from the file and returns the metadata. Throws DataError naming what does not fit; the
// program is then as it was.
StoredMetadata load_checkpoint(const std::filesystem::path& path, Program& program);

// The number of the iteration that a checkpoint's run goes on with. Throws DataError where the metadata has
// no whole number of that kind.
std::int64_t next_iteration(const std::filesystem::path& path, const StoredMetadata& about);

}  // namespace runtime
