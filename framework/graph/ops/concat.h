// Concatenation of tensors along their channels, and slices of channels.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// y (N, ΣC, H, W) of any number of operands that differ in C alone.
struct Concat {
    static constexpr const char* kind = "concat";

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const Concat&, const Concat&) = default;
};

// y (N, end − begin, H, W): channels [begin, end) of x.
struct Slice {
    static constexpr const char* kind = "slice";
    std::int64_t begin = 0, end = 0;

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Slice&, const Slice&) = default;
};

// dx (N, C, H, W): dy in channels [begin, end), zero elsewhere.
struct SliceBackward {
    static constexpr const char* kind = "slice_backward";
    Slice slice;
    Shape x;

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const SliceBackward&, const SliceBackward&) = default;
};

}  // namespace framework
