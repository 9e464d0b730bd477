// Softmax over the second dimension.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// y[n, c] = exp(x[n, c]) / Σ_c exp(x[n, c]), each row shifted by its largest element first.
struct Softmax {
    static constexpr const char* kind = "softmax";

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const Softmax&, const Softmax&) = default;
};

// dx of y and dy.
struct SoftmaxBackward {
    static constexpr const char* kind = "softmax_backward";

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const SoftmaxBackward&, const SoftmaxBackward&) = default;
};

}  // namespace framework
