#include "framework/graph/ops/cross_entropy.h"

#include <ostream>

#include "framework/base/error.h"
#include "framework/graph/graph.h"

namespace framework {

namespace {

void check(const Types& in, const std::string& name) {
    const Shape &x = in[0].shape, &labels = in[1].shape;
    require<ShapeError>(x.rank() == 2 && labels == Shape{x.batch()} && in[1].dtype == DType::s32, name,
                        ": wants rows of classes (N, C) and N labels as indices, not ", x, " and ", labels);
}

}  // namespace

Results CrossEntropy::infer(const Types& in, const std::string& name) const {
    check(in, name);
    require<ShapeError>(smoothing >= 0 && smoothing < 1, name, ": cannot smooth labels by ", smoothing,
                        "; it must be in [0, 1)");
    return {{"", {{1}, accumulation_of(in[0].dtype)}}, {"probabilities", in[0]}};
}

Tensors CrossEntropy::gradient(const Forward& f) const {
    return {apply(CrossEntropyBackward{smoothing}, {f.out[1], f.in[1], f.d_out[0]}, f.name + ".dx")[0], {}};
}

void CrossEntropy::describe(std::ostream& out) const {
    out << "smoothing=" << smoothing;
}

Results CrossEntropyBackward::infer(const Types& in, const std::string&) const {
    return {{"y", in[0]}};
}
void CrossEntropyBackward::describe(std::ostream& out) const {
    out << "smoothing=" << smoothing;
}

Results NegativeLogLikelihood::infer(const Types& in, const std::string& name) const {
    check(in, name);
    return {{"", {{1}, accumulation_of(in[0].dtype)}}};
}

Tensors NegativeLogLikelihood::gradient(const Forward& f) const {
    return {apply(NegativeLogLikelihoodBackward{}, {f.in[0], f.in[1], f.d_out[0]}, f.name + ".dx")[0], {}};
}

Results NegativeLogLikelihoodBackward::infer(const Types& in, const std::string&) const {
    return {{"y", in[0]}};
}

}  // namespace framework
