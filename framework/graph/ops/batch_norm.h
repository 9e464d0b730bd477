// Batch normalization (Ioffe and Szegedy 2015), for training and for inference.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// Operands: x (N, C, ...), scale (C), shift (C), running mean (C), running variance (C).
// Results: y = scale · (x − mean) / sqrt(variance + epsilon) + shift, then ReLU where fused; the batch's mean
// (C) and 1 / sqrt(variance + epsilon) (C); and the running statistics, updated in place: running += momentum
// · (batch − running), the variance with N − 1 in its denominator as in other frameworks.
struct BatchNorm {
    static constexpr const char* kind = "batch_norm";
    float epsilon = 1e-5F;
    float momentum = 0.1F;
    bool relu = false;  // set by fuse()

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const BatchNorm&, const BatchNorm&) = default;
};

// Operands: x, dy, scale (C), shift (C), mean (C), inverse deviation (C). Results: dx, d scale (C), d shift
// (C). The mask of a fused ReLU is computed again from x, by the arithmetic of the forward pass, so that no
// mask is kept.
struct BatchNormBackward {
    static constexpr const char* kind = "batch_norm_backward";
    bool relu = false;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const BatchNormBackward&, const BatchNormBackward&) = default;
};

// Operands: those of BatchNorm. Result: y, normalized by the running statistics, which stay unchanged.
struct BatchNormInference {
    static constexpr const char* kind = "batch_norm_inference";
    float epsilon = 1e-5F;
    bool relu = false;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const BatchNormInference&, const BatchNormInference&) = default;
};

}  // namespace framework
