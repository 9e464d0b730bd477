// One folder of PNG and JPEG images for each class. Images are decoded when they are read.
#pragma once

#include <filesystem>

#include "runtime/data/dataset.h"

namespace runtime::data {

// Images are in folder/train/CLASS/... and folder/test/CLASS/... (or val/, validation/, valid/). Without such
// folders they are in folder/CLASS/..., and a tenth of each class, drawn by options.seed, is the test set.
// Below CLASS, folders may nest and may be links; hidden files and folders are passed over. Images get three
// channels and are square, of side options.image_size or else the shorter side of the first image. The first
// options.cache bytes of decoded images are kept in memory. Throws DataError.
DatasetPtr open_image_folder(const std::filesystem::path& folder, Split split, const OpenOptions& options);

// Writes train/CLASS/NNNNN.png and test/CLASS/NNNNN.png, numbered as in the sets. Every jpeg_every-th image
// is a JPEG (.jpg); none is if jpeg_every is 0.
void write_image_folder(const std::filesystem::path& folder, const Dataset& train, const Dataset& test,
                        int jpeg_every = 0);

}  // namespace runtime::data
