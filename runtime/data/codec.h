// PNG and JPEG, through libpng and libjpeg. A file that cannot be decoded throws DataError with its name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "runtime/data/image.h"

namespace runtime::data {

// Whether the name ends in .png, .jpg or .jpeg, in lower or upper case.
bool is_image_name(const std::filesystem::path& path);

// Decodes an image to three channels of sRGB. The content, not the name, decides the format. The image is
// turned upright if its Exif data says how it was taken. A transparent PNG is laid on black; a CMYK JPEG is
// converted to RGB. docs/image_folders.md lists the kinds of files.
Image decode_image(const std::filesystem::path& path);

// Encode an image of 1 or 3 channels. The same image gives the same bytes.
std::vector<std::uint8_t> encode_png(const Image& image);
std::vector<std::uint8_t> encode_jpeg(const Image& image, int quality);

}  // namespace runtime::data
