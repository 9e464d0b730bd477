// An image as bytes, channels first, and functions that bring it to another shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <vector>

namespace runtime::data {

struct ImageShape {
    int channels = 0;
    int height = 0;
    int width = 0;

    std::size_t area() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
    std::size_t bytes() const { return static_cast<std::size_t>(channels) * area(); }
    bool operator==(const ImageShape&) const = default;
};

std::ostream& operator<<(std::ostream& out, const ImageShape& shape);  // "3x32x32"

struct Image {
    ImageShape shape;
    std::vector<std::uint8_t> pixels;  // CHW
};

// Scales images from one shape to another. It takes the largest centred part with the new aspect ratio and
// interpolates it bilinearly. When it shrinks an image it widens the filter, which avoids aliasing. Each
// channel is scaled by itself.
class Resizer {
  public:
    Resizer(ImageShape from, ImageShape to);

    // from: (C, from.height, from.width); to: (C, to.height, to.width). Any thread may call it.
    void operator()(const std::uint8_t* from, std::uint8_t* to) const;

  private:
    struct Axis {  // output o is a weighted sum of inputs [first[o], first[o] + taps)
        int taps = 0;
        std::vector<int> first;      // [out]
        std::vector<float> weights;  // [out][taps]
    };
    static Axis axis(int in, int out, double scale);

    ImageShape from_, to_;
    Axis rows_, columns_;
};

// Converts between one channel and three: gray is repeated, colours are weighted as in ITU-R BT.601. Throws
// DataError for any other pair of numbers.
void convert_channels(int from_channels, const std::uint8_t* from, int to_channels, std::uint8_t* to,
                      std::size_t area);

// Writes the image in `shape` to `out`, by Resizer and convert_channels().
void fit(const Image& image, ImageShape shape, std::uint8_t* out);

}  // namespace runtime::data
