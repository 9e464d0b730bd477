// The fully connected layer and its two backward ops.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// y (N, O) = x (N, I...) · wᵀ (O, I) [+ b (O)], then ReLU where fused. x may have more dimensions: I is their
// product, in row-major order.
struct Linear {
    static constexpr const char* kind = "linear";
    bool bias = false;
    bool relu = false;  // set by fuse()

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Linear&, const Linear&) = default;
};

// dx (N, I...) of w and dy.
struct LinearBackwardData {
    static constexpr const char* kind = "linear_backward_data";
    Shape x;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const LinearBackwardData&, const LinearBackwardData&) = default;
};

// dw (O, I) [and db (O)] of x and dy.
struct LinearBackwardWeights {
    static constexpr const char* kind = "linear_backward_weights";
    bool bias = false;
    Shape w;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const LinearBackwardWeights&, const LinearBackwardWeights&) = default;
};

}  // namespace framework
