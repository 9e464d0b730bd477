// An image as bytes, channels first, and what turns one into another of a given shape.
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

// Scales images of one shape to another: the largest centred part that has the new aspect, bilinear, with the
// filter widened when it shrinks so that nothing aliases. Channels pass through one by one.
class Resizer {
  public:
    Resizer(ImageShape from, ImageShape to);

    // from: (C, from.height, from.width); to: (C, to.height, to.width). Any thread.
    void operator()(const std::uint8_t* from, std::uint8_t* to) const;

  private:
    struct Axis {  // an output reads inputs [first[o], first[o] + taps), weighted
        int taps = 0;
        std::vector<int> first;      // [out]
        std::vector<float> weights;  // [out][taps]
    };
    static Axis axis(int in, int out, double scale);

    ImageShape from_, to_;
    Axis rows_, columns_;
};

// Between one channel and three: gray is repeated, colour weighed as in ITU-R BT.601. Throws DataError for
// any other pair.
void convert_channels(int from_channels, const std::uint8_t* from, int to_channels, std::uint8_t* to,
                      std::size_t area);

// The image in the shape asked for, by the two above.
void fit(const Image& image, ImageShape shape, std::uint8_t* out);

}  // namespace runtime::data
