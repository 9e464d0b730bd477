#include "framework/graph/ops/arithmetic.h"

#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

namespace {

Results same_shapes(const Types& in, const std::string& name) {
    require<ShapeError>(in[0] == in[1], name, ": ", in[0].shape, " and ", in[1].shape,
                        " must have the same shape");
    return {{"y", in[0]}};
}

}  // namespace

Results Add::infer(const Types& in, const std::string& name) const {
    return same_shapes(in, name);
}

Tensors Add::gradient(const Forward& f) const {
    return {f.d_out[0], f.d_out[0]};
}

void Add::describe(std::ostream& out) const {
    out << (relu ? "relu" : "");
}

Results Multiply::infer(const Types& in, const std::string& name) const {
    return same_shapes(in, name);
}

Tensors Multiply::gradient(const Forward& f) const {
    Tensors d(2);
    if (f.wanted[0]) d[0] = apply(Multiply{}, {f.d_out[0], f.in[1]}, f.name + ".da")[0];
    if (f.wanted[1]) d[1] = apply(Multiply{}, {f.d_out[0], f.in[0]}, f.name + ".db")[0];
    return d;
}

}  // namespace framework
