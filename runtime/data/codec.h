// PNG and JPEG, through libpng and libjpeg. A file that cannot be decoded throws DataError with its name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "runtime/data/image.h"

namespace runtime::data {

// Whether the name ends as an image's does: .png, .jpg or .jpeg, in any case.
bool is_image_name(const std::filesystem::path& path);

// Always three channels; the content, not the name, tells the format. A transparent PNG is laid on
// black; a JPEG of inks (CMYK) is shown as light.
Image decode_image(const std::filesystem::path& path);

// Of 1 or 3 channels. The same image gives the same bytes.
std::vector<std::uint8_t> encode_png(const Image& image);
std::vector<std::uint8_t> encode_jpeg(const Image& image, int quality);

}  // namespace runtime::data
