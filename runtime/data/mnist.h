// The IDX files of MNIST (LeCun et al. 1998): a big-endian magic, the extents, then bytes. One channel.
#pragma once

#include <filesystem>

#include "runtime/data/dataset.h"

namespace runtime::data {

// train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, not
// compressed. The classes are 0 to 9 unless a classes.txt next to these files names others, one a line.
// Throws DataError.
DatasetPtr open_mnist(const std::filesystem::path& folder, Split split);

// Both sets must have one channel and the same shape, of at most 256 classes; reshaped() makes them so.
void write_mnist(const std::filesystem::path& folder, const Dataset& train, const Dataset& test);

}  // namespace runtime::data
