// Ops without operands: where a graph's values come from.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// Written by the data loader before each iteration.
struct Input {
    static constexpr const char* kind = "input";
    TensorType type;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const Input&, const Input&) = default;
};

// The initial values of a parameter. Random draws depend on the seed and the parameter's name alone.
struct Initializer {
    enum Kind { constant, normal, uniform } kind = constant;
    float value = 0;  // the constant; the standard deviation; the bound of ±bound

    friend bool operator==(const Initializer&, const Initializer&) = default;
};

// A learned tensor. Biases and the scale and shift of norms have no weight decay unless SgdOptions::decay_all
// is set.
struct Parameter {
    static constexpr const char* kind = "parameter";
    Shape shape;
    Initializer start;
    bool decays = true;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const Parameter&, const Parameter&) = default;
};

// Lives across iterations and is not learned: momentum, running statistics.
struct State {
    static constexpr const char* kind = "state";
    Shape shape;
    float start = 0;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const State&, const State&) = default;
};

// A constant that each iteration writes again, such as the 1 that the backward pass begins with.
struct Fill {
    static constexpr const char* kind = "fill";
    Shape shape;
    float value = 0;
    DType dtype = DType::f32;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Fill&, const Fill&) = default;
};

}  // namespace framework
