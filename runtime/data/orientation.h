// How a camera was held: the orientation that it notes in an image's Exif data.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/data/image.h"

namespace runtime::data {

// Returns the orientation, 1 to 8, that Exif data names; `exif` begins with the byte order ("II" or "MM").
// Returns 1, upright, if the data names none or is damaged.
int exif_orientation(std::span<const std::uint8_t> exif);

// Makes an image, upright, of pixels that are stored with their channels interleaved (HWC) in an orientation.
Image upright(const std::vector<std::uint8_t>& stored, ImageShape shape, int orientation);

}  // namespace runtime::data
