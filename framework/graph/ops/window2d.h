// The geometry that convolutions and pools share: a window that slides over height and width.
#pragma once

#include <iosfwd>
#include <string>

#include "framework/graph/shape.h"

namespace framework {

struct Pair {  // height, width
    int height, width;

    constexpr Pair(int both) : height(both), width(both) {}  // NOLINT: {.stride = 2} is what users write
    constexpr Pair(int height, int width) : height(height), width(width) {}
    friend bool operator==(const Pair&, const Pair&) = default;
};

struct Padding {
    int top, left, bottom, right;

    constexpr Padding(int all) : top(all), left(all), bottom(all), right(all) {}  // NOLINT: as above
    constexpr Padding(Pair p) : top(p.height), left(p.width), bottom(p.height), right(p.width) {}  // NOLINT
    constexpr Padding(int top, int left, int bottom, int right)
        : top(top), left(left), bottom(bottom), right(right) {}
    friend bool operator==(const Padding&, const Padding&) = default;
};

struct Window2d {
    Pair stride = 1, dilation = 1;
    Padding padding = 0;

    // P and Q of a (P, Q) result for a window of `kernel` over (H, W):
    // P = (H + top + bottom − (dilation·(K − 1) + 1)) / stride + 1. Throws ShapeError, which names `op`, if
    // the window is larger than the padded input or a parameter is out of range.
    Pair slide(const Shape& x, Pair kernel, const std::string& op) const;

    friend bool operator==(const Window2d&, const Window2d&) = default;
};

std::ostream& operator<<(std::ostream& out, Pair pair);  // 3x3
std::ostream& operator<<(std::ostream& out,
                         const Window2d& window);  // stride=2x2 dilation=1x1 padding=1,1,1,1

}  // namespace framework
