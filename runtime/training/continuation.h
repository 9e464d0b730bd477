// Whether a run continues the one that wrote a checkpoint, perhaps for longer.
#pragma once

#include <cstdint>
#include <filesystem>

#include "runtime/training/safetensors.h"

namespace runtime {

// The metadata of any version's checkpoint, in the keys of this version: see RunDescription. Class names
// and stem are missing if an earlier version wrote it. Throws DataError if the metadata have no length.
StoredMetadata current_keys(const std::filesystem::path& file, StoredMetadata about);

// The length of the run, in iterations. Throws DataError if the metadata have no valid number.
std::int64_t planned_iterations(const std::filesystem::path& file, const StoredMetadata& about);

// Throws UsageError unless the run described by `wanted` continues the one that wrote `file`, with the
// metadata `about` in current keys: all settings are the same, and it is at least as long. A longer run with
// the default warm-up or interval of steps has those of its own length.
void require_continues(const std::filesystem::path& file, const StoredMetadata& about,
                       const StoredMetadata& wanted);

}  // namespace runtime
