#include "runtime/data/codec.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "runtime/data/formats.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::text;

void require_plausible(const fs::path& path, std::size_t width, std::size_t height, std::size_t bytes,
                       std::size_t per_byte, std::size_t most) {
    require<DataError>(width * height <= most, path.string(), ": claims to be ", width, " x ", height,
                       " pixels; at most ", most, " pixels are read, so make it smaller");
    require<DataError>(width * height <= bytes * per_byte, path.string(), ": claims to be ", width, " x ",
                       height, " pixels, more than its ", bytes,
                       " bytes can hold; fetch the file again or remove it");
}

Image multiplied_by_fourth(Image image) {
    const std::size_t area = image.shape.area();
    for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t i = 0; i < area; ++i) {
            const int product = image.pixels[c * area + i] * image.pixels[3 * area + i];
            image.pixels[c * area + i] = static_cast<std::uint8_t>((product + 127) / 255);
        }
    }
    image.shape.channels = 3;
    image.pixels.resize(3 * area);
    return image;
}

std::vector<std::uint8_t> interleaved(const Image& image) {
    const auto channels = static_cast<std::size_t>(image.shape.channels);
    const std::size_t area = image.shape.area();
    std::vector<std::uint8_t> out(image.shape.bytes());
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < area; ++i) out[i * channels + c] = image.pixels[c * area + i];
    }
    return out;
}

bool is_image_name(const fs::path& path) {
    std::string end = path.extension().string();
    std::transform(end.begin(), end.end(), end.begin(), [](unsigned char c) { return std::tolower(c); });
    return end == ".png" || end == ".jpg" || end == ".jpeg";
}

Image decode_image(const fs::path& path) {
    const std::vector<std::uint8_t> content = framework::read_file(path);
    require<DataError>(!content.empty(), path.string(), ": is empty; a PNG or JPEG image is expected");
    if (is_png(content)) return decode_png(content, path);
    if (is_jpeg(content)) return decode_jpeg(content, path);
    throw DataError(
        text(path.string(), ": is neither a PNG nor a JPEG image; save it as one of them or remove it"));
}

}  // namespace runtime::data
