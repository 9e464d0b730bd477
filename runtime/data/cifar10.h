// The binary version of CIFAR-10 (Krizhevsky 2009): records of a label byte and 3x32x32 bytes of pixels, in
// data_batch_1..5.bin and test_batch.bin, the classes' names a line each in batches.meta.txt.
#pragma once

#include <filesystem>

#include "runtime/data/dataset.h"

namespace runtime::data {

// Takes any number of data_batch_*.bin; without batches.meta.txt there are ten nameless classes.
DatasetPtr open_cifar10(const std::filesystem::path& folder, Split split);

// Both sets must be 3x32x32 of at most 256 classes; reshaped() makes them so.
void write_cifar10(const std::filesystem::path& folder, const Dataset& train, const Dataset& test);

}  // namespace runtime::data
