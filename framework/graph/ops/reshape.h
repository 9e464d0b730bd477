// The same elements, in row-major order, under another shape: flatten.
#pragma once

#include <iosfwd>

#include "framework/graph/tensor.h"

namespace framework {

struct Reshape {
    static constexpr const char* kind = "reshape";
    Shape to;

    Results infer(const Types& in, const std::string& name) const;
    Tensors gradient(const Forward& f) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const Reshape&, const Reshape&) = default;
};

// Copies a tensor into another layout. lower() adds it where a kernel reads a tensor in another layout than
// it has.
struct Reorder {
    static constexpr const char* kind = "reorder";

    Results infer(const Types& in, const std::string& name) const;
    void describe(std::ostream&) const {}
    friend bool operator==(const Reorder&, const Reorder&) = default;
};

}  // namespace framework
