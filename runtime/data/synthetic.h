// Random images with random labels, made when they are read: data of any size, without a disk.
#pragma once

#include "runtime/data/dataset.h"

namespace runtime::data {

// 3 channels, options.image_size (32 if 0) square; 65536 to train on and 1024 to test.
DatasetPtr open_synthetic(Split split, const OpenOptions& options);

}  // namespace runtime::data
