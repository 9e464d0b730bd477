// Sums and products of tensors of one shape.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

// y = a + b, then ReLU where fused.
struct Add {
    static constexpr const char* kind = "add";
    bool relu = false;  // set by fuse()

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream& out) const;
    friend bool operator==(const Add&, const Add&) = default;
};

// y = a · b, element by element.
struct Multiply {
    static constexpr const char* kind = "multiply";

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const Multiply&, const Multiply&) = default;
};

}  // namespace framework
