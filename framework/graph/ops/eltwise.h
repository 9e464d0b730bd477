// Functions of one value, applied to each element: ReLU, sigmoid and others.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

enum class Function {
    relu,      // max(x, 0) + alpha · min(x, 0): alpha is the slope of the leaky one
    sigmoid,   // 1 / (1 + exp(−x))
    log,       // ln x
    at_least,  // max(x, alpha)
};
const char* name_of(Function function);

struct Eltwise {
    static constexpr const char* kind = "eltwise";
    Function function = Function::relu;
    float alpha = 0;

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    // Whether the backward op reads y; otherwise it reads x. If it reads y, x need not stay alive for it.
    bool reads_result() const { return function == Function::relu || function == Function::sigmoid; }
    friend bool operator==(const Eltwise&, const Eltwise&) = default;
};

// Operands: dy, and y or x (see reads_result()). Result: dx.
struct EltwiseBackward {
    static constexpr const char* kind = "eltwise_backward";
    Eltwise forward;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const EltwiseBackward&, const EltwiseBackward&) = default;
};

}  // namespace framework
