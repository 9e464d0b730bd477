#include "framework/graph/ops/conv2d.h"

#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

Results Conv2d::infer(const Types& in, const std::string& name) const {
    const Shape &x = in[0].shape, &w = in[1].shape;
    require<ShapeError>(x.rank() == 4 && w.rank() == 4, name, ": x ", x, " and w ", w,
                        " must both have four dimensions");
    require<ShapeError>(groups >= 1 && x.channels() % groups == 0 && w[0] % groups == 0, name, ": ", groups,
                        " groups do not divide the ", x.channels(), " channels of x ", x, " and the ", w[0],
                        " of w ", w);
    require_same_dtype(in[0], in[1], name);
    require<ShapeError>(x.channels() == w[1] * groups, name, ": w ", w, " reads ", w[1] * groups,
                        " channels, but x ", x, " has ", x.channels());
    require<ShapeError>(!bias || in[2].shape == Shape{w[0]}, name, ": the bias must have the shape ",
                        Shape{w[0]}, " for w ", w);
    const Pair out = window.slide(x, {static_cast<int>(w[2]), static_cast<int>(w[3])}, name);
    return {{"y", {{x.batch(), w[0], out.height, out.width}, in[0].dtype}}};
}

// dx reads w and dw reads x: this is what keeps both alive from the forward pass until here.
Tensors Conv2d::gradient(const Forward& f) const {
    Tensors d(f.in.size());
    const Tensor dy = f.d_out[0];
    if (f.wanted[1]) {
        const Tensors dw =
            apply(Conv2dBackwardWeights{*this, f.in[1].shape()}, {f.in[0], dy}, f.name + ".dw");
        d[1] = dw[0];
        if (bias) d[2] = dw[1];
    }
    if (f.wanted[0])
        d[0] = apply(Conv2dBackwardData{*this, f.in[0].shape()}, {f.in[1], dy}, f.name + ".dx")[0];
    return d;
}

void Conv2d::describe(std::ostream& out) const {
    out << window << " groups=" << groups << (bias ? " bias" : "") << (relu ? " relu" : "");
}

Results Conv2dBackwardData::infer(const Types& in, const std::string&) const {
    return {{"y", {x, in[1].dtype}}};
}
void Conv2dBackwardData::describe(std::ostream& out) const {
    conv.describe(out);
}

Results Conv2dBackwardWeights::infer(const Types& in, const std::string&) const {
    Results results{{"y", {w, in[1].dtype}}};
    if (conv.bias) results.push_back({"bias", {{w[0]}, in[1].dtype}});
    return results;
}
void Conv2dBackwardWeights::describe(std::ostream& out) const {
    conv.describe(out);
}

}  // namespace framework
