#include "framework/graph/ops/pool2d.h"

#include <algorithm>
#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

Results Pool2d::infer(const Types& in, const std::string& name) const {
    require<ShapeError>(kernel.height >= 1 && kernel.width >= 1, name, ": a ", kernel,
                        " window is empty; it must be at least 1x1");
    const Padding& p = window.padding;
    require<ShapeError>(std::max(p.top, p.bottom) < kernel.height && std::max(p.left, p.right) < kernel.width,
                        name, ": ", window, " puts whole ", kernel, " windows into the padding; pad less");
    const Shape& x = in[0].shape;
    const Pair out = window.slide(x, kernel, name);
    const Shape y{x.batch(), x.channels(), out.height, out.width};
    if (rule == average || !training) return {{"y", {y, in[0].dtype}}};
    require<ShapeError>(kernel.height * kernel.width <= 256, name, ": a ", kernel,
                        " window has more elements than the byte that remembers the largest can tell apart");
    return {{"y", {y, in[0].dtype}}, {"indices", {y, DType::u8}}};
}

Tensors Pool2d::gradient(const Forward& f) const {
    Tensors operands{f.d_out[0]};
    if (rule == maximum) operands.push_back(f.out[1]);
    return apply(Pool2dBackward{*this, f.in[0].shape()}, operands, f.name + ".dx");
}

void Pool2d::describe(std::ostream& out) const {
    out << (rule == maximum ? "maximum" : "average") << " kernel=" << kernel << ' ' << window
        << (count_padding ? " count_padding" : "") << (training ? "" : " inference");
}

Results Pool2dBackward::infer(const Types& in, const std::string&) const {
    return {{"y", {x, in[0].dtype}}};
}
void Pool2dBackward::describe(std::ostream& out) const {
    pool.describe(out);
}

Results AdaptiveAvgPool2d::infer(const Types& in, const std::string& name) const {
    const Shape& x = in[0].shape;
    require<ShapeError>(x.rank() == 4 && out.height >= 1 && out.width >= 1 && out.height <= x.height() &&
                            out.width <= x.width(),
                        name, ": cannot average x ", x, " down to ", out,
                        "; the result must be at least 1x1 and no larger than x");
    return {{"y", {{x.batch(), x.channels(), out.height, out.width}, in[0].dtype}}};
}

Tensors AdaptiveAvgPool2d::gradient(const Forward& f) const {
    return apply(AdaptiveAvgPool2dBackward{f.in[0].shape()}, {f.d_out[0]}, f.name + ".dx");
}

void AdaptiveAvgPool2d::describe(std::ostream& stream) const {
    stream << "out=" << out;
}

Results AdaptiveAvgPool2dBackward::infer(const Types& in, const std::string&) const {
    return {{"y", {x, in[0].dtype}}};
}

}  // namespace framework
