// Max and average pooling over windows, and average pooling to a given size.
#pragma once

#include <iosfwd>

#include "framework/graph/ops/window2d.h"
#include "framework/graph/tensor.h"

namespace framework {

// y (N, C, P, Q) of x (N, C, H, W). The maximum has a second result, `indices`: for each element of y one
// byte, which says where in the window the maximum was.
struct Pool2d {
    static constexpr const char* kind = "pool2d";
    enum Rule { maximum, average } rule = maximum;
    Pair kernel = 2;
    Window2d window = {};
    bool count_padding = false;  // average: the denominator counts padding too
    bool training = true;        // the maximum keeps indices only for a backward pass

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Pool2d&, const Pool2d&) = default;
};

// Operands: dy, and for the maximum the indices. Result: dx.
struct Pool2dBackward {
    static constexpr const char* kind = "pool2d_backward";
    Pool2d pool;
    Shape x;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Pool2dBackward&, const Pool2dBackward&) = default;
};

// y (N, C, P, Q): cell p averages rows [⌊p·H/P⌋, ⌈(p+1)·H/P⌉), and columns likewise. (1, 1) is global
// pooling.
struct AdaptiveAvgPool2d {
    static constexpr const char* kind = "adaptive_avg_pool2d";
    Pair out = 1;

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& stream) const;
    friend bool operator==(const AdaptiveAvgPool2d&, const AdaptiveAvgPool2d&) = default;
};

struct AdaptiveAvgPool2dBackward {
    static constexpr const char* kind = "adaptive_avg_pool2d_backward";
    Shape x;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const AdaptiveAvgPool2dBackward&, const AdaptiveAvgPool2dBackward&) = default;
};

}  // namespace framework
