// A folder per class of PNG and JPEG images, decoded as they are read.
#pragma once

#include <filesystem>

#include "runtime/data/dataset.h"

namespace runtime::data {

// folder/train/CLASS/... and folder/test/CLASS/... (or val/); or folder/CLASS/..., of which a tenth of each
// class, drawn by options.seed, is the test set. Below CLASS, folders may nest; hidden files are passed over.
// Always three channels, and square: options.image_size, or the shorter side of the first image. Decoded
// images are kept, the first ones up to options.cache bytes.
DatasetPtr open_image_folder(const std::filesystem::path& folder, Split split, const OpenOptions& options);

// train/CLASS/NNNNN.png and test/CLASS/NNNNN.png, numbered as in the sets; every jpeg_every-th image is a
// JPEG
// (.jpg), none if 0.
void write_image_folder(const std::filesystem::path& folder, const Dataset& train, const Dataset& test,
                        int jpeg_every = 0);

}  // namespace runtime::data
