// Dropout (Srivastava et al. 2014), inverted: training scales the kept elements up, and inference does
// nothing.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// y = x · mask / (1 − probability); mask: one byte for each element. The draw depends only on the run's seed,
// the iteration, `stream` and the element's index, so that a resumed run draws the same as an uninterrupted
// one.
struct Dropout {
    static constexpr const char* kind = "dropout";
    float probability = 0.5F;
    std::uint32_t stream = 0;  // tells the dropouts of a network apart

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Dropout&, const Dropout&) = default;
};

// dx of dy and the mask.
struct DropoutBackward {
    static constexpr const char* kind = "dropout_backward";
    float probability = 0.5F;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const DropoutBackward&, const DropoutBackward&) = default;
};

}  // namespace framework
