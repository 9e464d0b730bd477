#include "framework/graph/ops/linear.h"

#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

Results Linear::infer(const Types& in, const std::string& name) const {
    const Shape &x = in[0].shape, &w = in[1].shape;
    require<ShapeError>(x.rank() >= 2, name, ": x ", x, " must have at least two dimensions (N, ...)");
    require<ShapeError>(w.rank() == 2, name, ": w ", w, " must have two dimensions (O, I)");
    require_same_dtype(in[0], in[1], name);
    require<ShapeError>(x.elements_from(1) == w[1], name, ": w ", w, " reads ", w[1],
                        " features a row, but x ", x, " has ", x.elements_from(1));
    require<ShapeError>(!bias || in[2].shape == Shape{w[0]}, name, ": the bias must have the shape ",
                        Shape{w[0]}, " for w ", w);
    return {{"y", {{x.batch(), w[0]}, in[0].dtype}}};
}

Tensors Linear::gradient(const Forward& f) const {
    Tensors d(f.in.size());
    const Tensor dy = f.d_out[0];
    if (f.wanted[1]) {
        const Tensors dw = apply(LinearBackwardWeights{bias, f.in[1].shape()}, {f.in[0], dy}, f.name + ".dw");
        d[1] = dw[0];
        if (bias) d[2] = dw[1];
    }
    if (f.wanted[0]) d[0] = apply(LinearBackwardData{f.in[0].shape()}, {f.in[1], dy}, f.name + ".dx")[0];
    return d;
}

void Linear::describe(std::ostream& out) const {
    out << (bias ? "bias" : "") << (relu ? " relu" : "");
}

Results LinearBackwardData::infer(const Types& in, const std::string&) const {
    return {{"y", {x, in[1].dtype}}};
}

Results LinearBackwardWeights::infer(const Types& in, const std::string&) const {
    Results results{{"y", {w, in[1].dtype}}};
    if (bias) results.push_back({"bias", {{w[0]}, in[1].dtype}});
    return results;
}
void LinearBackwardWeights::describe(std::ostream& out) const {
    out << (bias ? "bias" : "");
}

}  // namespace framework
