#include "framework/graph/layers.h"

#include <cmath>

#include "framework/base/error.h"

namespace framework {

namespace {

std::string name_in(Tensor x, const char* kind) {
    require<ShapeError>(static_cast<bool>(x), kind,
                        ": its operand is no tensor; a layer of the model returned none");
    return x.graph->unique(kind);
}

Tensor source(Graph& graph, Op op, const std::string& name) {
    return {&graph, graph.add(std::move(op), {}, name)[0]};
}

void require_rows(Tensor x, const std::string& name) {
    require<ShapeError>(x.shape().rank() >= 2, name, ": x ", x.shape(),
                        " must have at least two dimensions (N, ...)");
}

Tensor parameter(Graph& graph, const std::string& name, Shape shape, Initializer start, bool decays) {
    return source(graph, Parameter{shape, start, decays}, name);
}

}  // namespace

Tensor input(Graph& graph, const std::string& name, TensorType type) {
    return source(graph, Input{type}, name);
}

Tensor keep(Tensor x, const std::string& name) {
    x.graph->keep(name, x.id);
    return x;
}

Tensor ConvLayer::operator()(Tensor x) const {
    const std::string name = name_in(x, "conv");
    const auto& [kernel, stride, padding, dilation, groups, bias] = options;
    require<ShapeError>(x.shape().rank() == 4, name, ": x ", x.shape(),
                        " must have four dimensions (N, C, H, W)");
    require<ShapeError>(groups >= 1 && x.shape().channels() % groups == 0, name, ": ", groups,
                        " groups do not divide the ", x.shape().channels(), " channels of x ", x.shape());
    require<ShapeError>(channels >= 1 && kernel.height >= 1 && kernel.width >= 1, name, ": ", channels,
                        " channels of a ", kernel, " window: all must be at least 1");
    const Shape w{channels, x.shape().channels() / groups, kernel.height, kernel.width};
    const std::int64_t fan_out = w.elements() / w[1] / groups;
    Tensors operands{x,
                     parameter(*x.graph, name + ".weight", w,
                               {Initializer::normal, std::sqrt(2.0F / static_cast<float>(fan_out))}, true)};
    if (bias) operands.push_back(parameter(*x.graph, name + ".bias", {channels}, {}, false));
    return apply(Conv2d{{stride, dilation, padding}, groups, bias}, operands, name)[0];
}

Tensor LinearLayer::operator()(Tensor x) const {
    const std::string name = name_in(x, "linear");
    require_rows(x, name);
    require<ShapeError>(features >= 1, name, ": ", features, " features: there must be at least 1");
    const std::int64_t in = x.shape().elements_from(1);
    const float bound = 1.0F / std::sqrt(static_cast<float>(in));
    Tensors operands{
        x, parameter(*x.graph, name + ".weight", {features, in}, {Initializer::uniform, bound}, true)};
    if (bias) operands.push_back(parameter(*x.graph, name + ".bias", {features}, {}, false));
    return apply(Linear{bias}, operands, name)[0];
}

Tensor BatchNormLayer::operator()(Tensor x) const {
    const std::string name = name_in(x, "batch_norm");
    require_rows(x, name);
    Graph& graph = *x.graph;
    const Shape channels{x.shape().channels()};
    const Tensors operands{x, parameter(graph, name + ".weight", channels, {Initializer::constant, 1}, false),
                           parameter(graph, name + ".bias", channels, {}, false),
                           source(graph, State{channels, 0}, name + ".running_mean"),
                           source(graph, State{channels, 1}, name + ".running_var")};
    if (graph.mode() == Mode::inference) return apply(BatchNormInference{options.epsilon}, operands, name)[0];
    return apply(BatchNorm{options.epsilon, options.momentum}, operands, name)[0];
}

Tensor EltwiseLayer::operator()(Tensor x) const {
    return apply(op, {x}, name_in(x, name_of(op.function)))[0];
}

Tensor PoolLayer::operator()(Tensor x) const {
    const std::string name = name_in(x, rule == Pool2d::maximum ? "max_pool" : "avg_pool");
    return apply(Pool2d{rule,
                        options.kernel,
                        {options.stride, 1, options.padding},
                        options.count_padding,
                        x.graph->mode() == Mode::training},
                 {x}, name)[0];
}

Tensor AdaptiveAvgPoolLayer::operator()(Tensor x) const {
    return apply(AdaptiveAvgPool2d{out}, {x}, name_in(x, "avg_pool"))[0];
}

Tensor DropoutLayer::operator()(Tensor x) const {
    const std::string name = name_in(x, "dropout");
    if (x.graph->mode() == Mode::inference) return x;
    return apply(Dropout{probability, static_cast<std::uint32_t>(x.graph->op_count())}, {x}, name)[0];
}

Tensor LrnLayer::operator()(Tensor x) const {
    return apply(op, {x}, name_in(x, "lrn"))[0];
}

Tensor FlattenLayer::operator()(Tensor x) const {
    const std::string name = name_in(x, "flatten");
    require_rows(x, name);
    return apply(Reshape{{x.shape().batch(), x.shape().elements_from(1)}}, {x}, name)[0];
}

Tensor SoftmaxLayer::operator()(Tensor x) const {
    return apply(Softmax{}, {x}, name_in(x, "softmax"))[0];
}

Tensor SliceLayer::operator()(Tensor x) const {
    return apply(Slice{begin, end}, {x}, name_in(x, "slice"))[0];
}

Tensor concat(const Tensors& parts) {
    require<ShapeError>(!parts.empty(), "concat: there is nothing to put side by side");
    return apply(Concat{}, parts, name_in(parts[0], "concat"))[0];
}

Tensor operator+(Tensor a, Tensor b) {
    return apply(Add{}, {a, b}, name_in(a, "add"))[0];
}
Tensor operator*(Tensor a, Tensor b) {
    return apply(Multiply{}, {a, b}, name_in(a, "multiply"))[0];
}

Tensor cross_entropy(Tensor logits, Tensor labels, float smoothing) {
    return apply(CrossEntropy{smoothing}, {logits, labels}, name_in(logits, "cross_entropy"))[0];
}

Tensor negative_log_likelihood(Tensor probabilities, Tensor labels) {
    return apply(NegativeLogLikelihood{}, {probabilities, labels}, name_in(probabilities, "nll"))[0];
}

}  // namespace framework
