// Convolution, its two backward ops, and their shapes.
#pragma once

#include <iosfwd>

#include "framework/graph/ops/window2d.h"
#include "framework/graph/tensor.h"

namespace framework {

// y (N, O, P, Q) = x (N, C, H, W) * w (O, C / groups, K, L) [+ b (O)], then ReLU where fused.
struct Conv2d {
    static constexpr const char* kind = "conv2d";
    Window2d window = {};
    int groups = 1;
    bool bias = false;
    bool relu = false;  // set by fuse(): y is the rectified value

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Conv2d&, const Conv2d&) = default;
};

// dx (N, C, H, W) of w and dy.
struct Conv2dBackwardData {
    static constexpr const char* kind = "conv2d_backward_data";
    Conv2d conv;
    Shape x;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Conv2dBackwardData&, const Conv2dBackwardData&) = default;
};

// dw (O, C / groups, K, L) [and db (O)] of x and dy.
struct Conv2dBackwardWeights {
    static constexpr const char* kind = "conv2d_backward_weights";
    Conv2d conv;
    Shape w;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Conv2dBackwardWeights&, const Conv2dBackwardWeights&) = default;
};

}  // namespace framework
