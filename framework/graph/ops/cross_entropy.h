// Classification losses, averaged over the batch. Labels are indices of classes.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// Operands: logits (N, C), labels (N) s32. Results: the loss (1), the probabilities softmax(logits) (N, C).
// loss = −1/N Σ_n Σ_c q[n, c] · log p[n, c], with q = 1 − s + s/C at the label and s/C elsewhere (Szegedy et
// al. 2016, section 7); log p is computed without p, so that it stays finite.
struct CrossEntropy {
    static constexpr const char* kind = "cross_entropy";
    float smoothing = 0;

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const CrossEntropy&, const CrossEntropy&) = default;
};

// Operands: the probabilities, the labels, d loss (1). d logits = (p − q) · d loss / N.
struct CrossEntropyBackward {
    static constexpr const char* kind = "cross_entropy_backward";
    float smoothing = 0;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const CrossEntropyBackward&, const CrossEntropyBackward&) = default;
};

// Operands: probabilities (N, C), labels (N) s32. loss = −1/N Σ_n log p[n, label]: the loss of the networks
// as AutoTM's authors coded them, after a separate softmax.
struct NegativeLogLikelihood {
    static constexpr const char* kind = "negative_log_likelihood";

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const NegativeLogLikelihood&, const NegativeLogLikelihood&) = default;
};

// Operands: p, the labels, d loss (1). Result: dp.
struct NegativeLogLikelihoodBackward {
    static constexpr const char* kind = "negative_log_likelihood_backward";

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const NegativeLogLikelihoodBackward&,
                           const NegativeLogLikelihoodBackward&) = default;
};

}  // namespace framework
