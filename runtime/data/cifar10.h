// The binary version of CIFAR-10 (Krizhevsky 2009): records of a label byte and 3x32x32 bytes of pixels, in
// data_batch_1..5.bin and test_batch.bin, and the names of the classes in batches.meta.txt, one a line.
#pragma once

#include <filesystem>

#include "runtime/data/dataset.h"

namespace runtime::data {

// Reads all files data_batch_*.bin, whatever their number. Without batches.meta.txt the classes are "0" to
// "9". Throws DataError.
DatasetPtr open_cifar10(const std::filesystem::path& folder, Split split);

// Both sets must be 3x32x32 of at most 256 classes; reshaped() makes them so.
void write_cifar10(const std::filesystem::path& folder, const Dataset& train, const Dataset& test);

}  // namespace runtime::data
