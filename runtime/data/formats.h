// The formats that codec.h reads: png.cpp and jpeg.cpp, and what they share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "framework/base/error.h"
#include "runtime/data/image.h"

namespace runtime::data {

// Whether a file with this content is of the format, by its first bytes.
bool is_png(std::span<const std::uint8_t> content);
bool is_jpeg(std::span<const std::uint8_t> content);

// Decode the content of a file to three channels, upright. `path` is what messages name.
Image decode_png(std::span<const std::uint8_t> content, const std::filesystem::path& path);
Image decode_jpeg(std::span<const std::uint8_t> content, const std::filesystem::path& path);

// A larger image is not read: it would take more than 1.5 GiB while it is decoded.
inline constexpr std::size_t most_pixels = std::size_t{1} << 28;

// The header of a damaged file may claim any size, so memory is only given to images that a file of its
// length can hold. `per_byte`: the most pixels that a byte of this format can hold.
void require_plausible(const std::filesystem::path& path, std::size_t width, std::size_t height,
                       std::size_t bytes, std::size_t per_byte, std::size_t most = most_pixels);

template <class... Parts>
void require_intact(bool holds, const std::filesystem::path& path, const char* format, const Parts&... why) {
    framework::require<framework::DataError>(holds, path.string(), ": damaged ", format, ": ", why...,
                                             "; fetch the file again or remove it");
}

// Multiplies three channels by the fourth, which counts 255 as 1, and drops it: the light that passes through
// black ink, or an image on black by its alpha.
Image multiplied_by_fourth(Image image);

// The pixels with their channels interleaved (HWC).
std::vector<std::uint8_t> interleaved(const Image& image);

}  // namespace runtime::data
