// Checkpoints, from which training can be resumed: all tensors that live across iterations, in the
// safetensors format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "runtime/program.h"
#include "runtime/training/safetensors.h"

namespace runtime {

// Saves parameters and states by name, row-major, with `about` as the file's metadata. An old file stays
// until the new one is complete. Throws DataError.
void save_checkpoint(const std::filesystem::path& path, const Program& program, const StoredMetadata& about);

// Fills the program from the file, whose arrays are F32, F16 or BF16, and returns the metadata. Throws
// DataError, which names what does not fit; the program is then unchanged.
StoredMetadata load_checkpoint(const std::filesystem::path& path, Program& program);

// The number of the iteration with which a checkpoint's run continues, from the metadata. Throws DataError if
// the metadata has no valid number.
std::int64_t next_iteration(const std::filesystem::path& path, const StoredMetadata& about);

// The number of iterations that the metadata have as `key`. Throws DataError if it is not valid.
std::int64_t iterations_in(const std::filesystem::path& path, const StoredMetadata& about,
                           const std::string& key);

}  // namespace runtime
