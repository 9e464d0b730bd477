#include "runtime/data/orientation.h"

#include <cstddef>
#include <utility>

namespace runtime::data {

namespace {

// The numbers in Exif data, in the byte order that its first two bytes name. A number past the end is 0.
class Numbers {
  public:
    explicit Numbers(std::span<const std::uint8_t> bytes)
        : bytes_(bytes), big_endian_(!bytes.empty() && bytes[0] == 'M') {}

    std::size_t at(std::size_t position, std::size_t length) const {
        if (position > bytes_.size() || bytes_.size() - position < length) return 0;
        std::size_t value = 0;
        for (std::size_t i = 0; i < length; ++i)
            value = value << 8 | bytes_[position + (big_endian_ ? i : length - 1 - i)];
        return value;
    }

  private:
    std::span<const std::uint8_t> bytes_;
    bool big_endian_;
};

}  // namespace

// Exif data is laid out as a TIFF file: byte order (2 bytes), 42 (2), position of the first directory (4).
// A directory: number of entries (2), then the entries, each with tag (2), type (2), count (4), value (4).
int exif_orientation(std::span<const std::uint8_t> exif) {
    constexpr std::size_t orientation_tag = 0x0112, short_type = 3;
    const Numbers numbers(exif);
    const std::size_t order = numbers.at(0, 2), directory = numbers.at(4, 4);
    if ((order != 0x4949 && order != 0x4d4d) || numbers.at(2, 2) != 42) return 1;
    for (std::size_t i = 0; i < numbers.at(directory, 2); ++i) {
        const std::size_t entry = directory + 2 + 12 * i, value = numbers.at(entry + 8, 2);
        if (numbers.at(entry, 2) != orientation_tag) continue;
        const bool one_short = numbers.at(entry + 2, 2) == short_type && numbers.at(entry + 4, 4) == 1;
        return one_short && value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

// orientation    1     2     3     4     5     6     7     8
// as stored     F..   ..F   ...   ...   FF.   F..   ...   .FF
//               F..   ..F   ..F   F..   ...   FF.   .FF   ...
// Each is a mirror image from left to right, from top to bottom, both, or none, with rows and columns
// exchanged from 5 on.
Image upright(const std::vector<std::uint8_t>& stored, ImageShape shape, int orientation) {
    const bool exchanged = orientation >= 5;
    const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    const std::ptrdiff_t height = shape.height, width = shape.width;
    const std::ptrdiff_t start = (from_bottom ? (height - 1) * width : 0) + (from_right ? width - 1 : 0);
    std::ptrdiff_t down = from_bottom ? -width : width, right = from_right ? -1 : 1;  // in stored pixels
    if (exchanged) {
        std::swap(down, right);
        std::swap(shape.height, shape.width);
    }
    Image image{shape, std::vector<std::uint8_t>(shape.bytes())};
    std::uint8_t* out = image.pixels.data();
    for (int c = 0; c < shape.channels; ++c) {
        for (int y = 0; y < shape.height; ++y) {
            const std::ptrdiff_t row = start + y * down;
            for (int x = 0; x < shape.width; ++x)
                *out++ = stored[static_cast<std::size_t>((row + x * right) * shape.channels + c)];
        }
    }
    return image;
}

}  // namespace runtime::data
