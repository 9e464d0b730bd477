#include "framework/graph/ops/batch_norm.h"

#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

namespace {

void check(const Types& in, const std::string& name) {
    const Shape& x = in[0].shape;
    require<ShapeError>(x.rank() >= 2, name, ": x ", x, " must have at least two dimensions (N, ...)");
    for (std::size_t i = 1; i < in.size(); ++i) {
        require<ShapeError>(in[i].shape == Shape{x.channels()}, name, ": operand ", i, " has the shape ",
                            in[i].shape, ", but x ", x, " has ", x.channels(), " channels");
    }
}

}  // namespace

Results BatchNorm::infer(const Types& in, const std::string& name) const {
    check(in, name);
    const Shape& x = in[0].shape;
    require<ShapeError>(
        x.batch() * x.elements_from(2) > 1, name, ": x ", x,
        " has one value a channel, and one value has no variance; use a larger batch or image");
    const TensorType statistic{{x.channels()}, accumulation_of(in[0].dtype)};
    return {{"y", in[0]},
            {"mean", statistic},
            {"inverse_deviation", statistic},
            {"running_mean", in[3], 3, Role::state},
            {"running_variance", in[4], 4, Role::state}};
}

Tensors BatchNorm::gradient(const Forward& f) const {
    const Tensors d = apply(BatchNormBackward{relu},
                            {f.in[0], f.d_out[0], f.in[1], f.in[2], f.out[1], f.out[2]}, f.name + ".dx");
    return {d[0], d[1], d[2], {}, {}};
}

void BatchNorm::describe(std::ostream& out) const {
    out << "epsilon=" << epsilon << " momentum=" << momentum << (relu ? " relu" : "");
}

Results BatchNormBackward::infer(const Types& in, const std::string&) const {
    return {{"y", in[0]}, {"scale", in[2]}, {"shift", in[2]}};
}
void BatchNormBackward::describe(std::ostream& out) const {
    out << (relu ? "relu" : "");
}

Results BatchNormInference::infer(const Types& in, const std::string& name) const {
    check(in, name);
    return {{"y", in[0]}};
}
void BatchNormInference::describe(std::ostream& out) const {
    out << "epsilon=" << epsilon << (relu ? " relu" : "");
}

}  // namespace framework
