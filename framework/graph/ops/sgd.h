// The update of a parameter by stochastic gradient descent.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// Operands: w, dw, and with momentum the velocity v. w and v are written in place:
// g = dw + weight_decay · w;  v = momentum · v + g;  w −= rate · (nesterov ? g + momentum · v : v),
// or w −= rate · g without momentum (Sutskever et al. 2013, as other frameworks have it). The learning rate
// is an argument of each iteration, not of the op.
struct Sgd {
    static constexpr const char* kind = "sgd";
    float momentum = 0;
    bool nesterov = false;
    float weight_decay = 0;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Sgd&, const Sgd&) = default;
};

}  // namespace framework
