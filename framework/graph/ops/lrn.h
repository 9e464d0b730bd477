// Local response normalization across channels (Krizhevsky et al. 2012, section 3.3).
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// y = x · (k + alpha / size · Σ x²)^−beta, the sum over `size` channels around each. The second result,
// `workspace`, is for the backward pass.
struct Lrn {
    static constexpr const char* kind = "lrn";
    int size = 5;
    float alpha = 1e-4F, beta = 0.75F, k = 1;

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Lrn&, const Lrn&) = default;
};

// dx of x, dy and the workspace.
struct LrnBackward {
    static constexpr const char* kind = "lrn_backward";
    Lrn forward;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const LrnBackward&, const LrnBackward&) = default;
};

}  // namespace framework
