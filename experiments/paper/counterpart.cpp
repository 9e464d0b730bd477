#include "experiments/paper/counterpart.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <string_view>

#include "framework/base/error.h"
#include "framework/plan/schedule.h"

namespace experiments {

namespace {

using namespace framework;
using Sizes = PublishedKernel::Sizes;

Shape shape_of(const Sizes& sizes) {
    if (sizes.empty()) return {1};
    require<ShapeError>(sizes.size() <= static_cast<std::size_t>(Shape::max_rank), "too many dimensions");
    switch (sizes.size()) {
        case 1:
            return {sizes[0]};
        case 2:
            return {sizes[0], sizes[1]};
        case 3:
            return {sizes[0], sizes[1], sizes[2]};
        case 4:
            return {sizes[0], sizes[1], sizes[2], sizes[3]};
        default:
            return {sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]};
    }
}

std::int64_t elements(const Sizes& sizes, std::size_t begin, std::size_t end) {
    return std::accumulate(sizes.begin() + static_cast<std::ptrdiff_t>(begin),
                           sizes.begin() + static_cast<std::ptrdiff_t>(end), std::int64_t{1},
                           std::multiplies<>());
}

// The stride and the padding with which a window of `kernel` takes `in` elements to `out`.
struct Slide {
    int stride = 1, before = 0, after = 0;
};
Slide slide_of(std::int64_t in, std::int64_t out, std::int64_t kernel) {
    for (int stride = 1; stride <= 16; ++stride) {
        const std::int64_t padding = (out - 1) * stride + kernel - in;
        // The last window may leave up to stride - 1 elements out.
        if (padding <= -stride || padding >= 2 * kernel) continue;
        const int both = static_cast<int>(std::max<std::int64_t>(0, padding));
        return {stride, both / 2, both - both / 2};
    }
    throw ShapeError("no stride takes this input to this output");
}

Window2d window_of(const Sizes& image, const Sizes& result, std::int64_t height, std::int64_t width) {
    const Slide down = slide_of(image.at(2), result.at(2), height),
                across = slide_of(image.at(3), result.at(3), width);
    return {.stride = {down.stride, across.stride},
            .padding = {down.before, across.before, down.after, across.after}};
}

// The timings do not name a pool's window either. This is the smallest that leaves no element out.
Pool2d pool_of(Pool2d::Rule rule, const Sizes& image, const Sizes& result) {
    const auto along = [](std::int64_t in, std::int64_t out) {
        const std::int64_t stride = std::max<std::int64_t>(1, in / std::max<std::int64_t>(1, out));
        return std::pair{static_cast<int>(in == out ? 3 : in - (out - 1) * stride), static_cast<int>(stride)};
    };
    const auto [height, down] = along(image.at(2), result.at(2));
    const auto [width, across] = along(image.at(3), result.at(3));
    const auto padding = [](int kernel, int stride) { return kernel == 3 && stride == 1 ? 1 : 0; };
    return {
        .rule = rule,
        .kernel = {height, width},
        .window = {.stride = {down, across}, .padding = Pair(padding(height, down), padding(width, across))}};
}

// Builds the graph, and records which of its tensors stand for nGraph's operands. finish(op, operands,
// results) adds the op; its result i stands for nGraph's result results[i].
class Builder {
  public:
    explicit Builder(const PublishedKernel& kernel)
        : kernel_(kernel), tensors_(kernel.inputs.size() + kernel.outputs.size(), -1) {}

    int input(std::size_t i) { return input(i, shape_of(kernel_.inputs.at(i))); }
    int input(std::size_t i, const Shape& shape, DType type = DType::f32) {
        return tensors_[i] = add(shape, type);
    }
    int own(const Shape& shape) { return add(shape, DType::f32); }  // an operand that nGraph does not have
    Counterpart finish(Op op, const std::vector<TensorId>& operands, const std::vector<int>& results) {
        const std::vector<TensorId> out = graph_.add(std::move(op), operands, "kernel");
        for (std::size_t i = 0; i < results.size() && i < out.size(); ++i) {
            tensors_[kernel_.inputs.size() + static_cast<std::size_t>(results[i])] = out[i];
        }
        return {std::move(graph_), std::move(tensors_)};
    }

  private:
    TensorId add(const Shape& shape, DType type) {
        return graph_.add(Input{{shape, type}}, {}, text("in", ++count_)).front();
    }

    const PublishedKernel& kernel_;
    Graph graph_;
    std::vector<TensorId> tensors_;
    int count_ = 0;
};

using Maker = Counterpart (*)(const PublishedKernel&);

Counterpart elementwise(const PublishedKernel& k, Op op) {
    Builder b(k);
    std::vector<TensorId> operands;
    for (std::size_t i = 0; i < k.inputs.size(); ++i) operands.push_back(b.input(i));
    return b.finish(std::move(op), operands, {0});
}

// Turns a concat or slice along any dimension into one along the channels of (before, C, after).
struct Axis {
    explicit Axis(const Sizes& part, const Sizes& whole) {
        require<ShapeError>(part.size() == whole.size() && !part.empty(), "shapes of different rank");
        while (axis + 1 < part.size() && part[axis] == whole[axis]) ++axis;
    }
    Shape shape(const Sizes& sizes) const {
        return {elements(sizes, 0, axis), sizes[axis], elements(sizes, axis + 1, sizes.size()), 1};
    }
    std::size_t axis = 0;
};

Counterpart concat(const PublishedKernel& k) {
    Builder b(k);
    const Axis axis(k.inputs.at(0), k.outputs.at(0));
    std::vector<TensorId> operands;
    for (std::size_t i = 0; i < k.inputs.size(); ++i) operands.push_back(b.input(i, axis.shape(k.inputs[i])));
    return b.finish(Concat{}, operands, {0});
}

Counterpart slice(const PublishedKernel& k) {
    Builder b(k);
    const Axis axis(k.outputs.at(0), k.inputs.at(0));
    return b.finish(Slice{.begin = 0, .end = k.outputs[0][axis.axis]}, {b.input(0, axis.shape(k.inputs[0]))},
                    {0});
}

Counterpart convolution(const PublishedKernel& k) {
    Builder b(k);
    const Sizes& w = k.inputs.at(1);
    const bool bias = k.inputs.size() > 2;
    const Conv2d op{.window = window_of(k.inputs.at(0), k.outputs.at(0), w.at(2), w.at(3)), .bias = bias};
    std::vector<TensorId> operands{b.input(0), b.input(1)};
    if (bias) operands.push_back(b.input(2));
    return b.finish(op, operands, {0});
}

Counterpart convolution_backward_data(const PublishedKernel& k) {
    Builder b(k);
    const Sizes &w = k.inputs.at(0), &dx = k.outputs.at(0);
    const Conv2d conv{.window = window_of(dx, k.inputs.at(1), w.at(2), w.at(3))};
    return b.finish(Conv2dBackwardData{conv, shape_of(dx)}, {b.input(0), b.input(1)}, {0});
}

Counterpart convolution_backward_weights(const PublishedKernel& k) {
    Builder b(k);
    const Sizes& dw = k.outputs.at(0);
    const Conv2d conv{.window = window_of(k.inputs.at(0), k.inputs.at(1), dw.at(2), dw.at(3)),
                      .bias = k.outputs.size() > 1};
    return b.finish(Conv2dBackwardWeights{conv, shape_of(dw)}, {b.input(0), b.input(1)}, {0, 1});
}

Counterpart linear(const PublishedKernel& k) {
    Builder b(k);
    const Sizes &first = k.inputs.at(0), &second = k.inputs.at(1), &out = k.outputs.at(0);
    const std::int64_t batch = first.at(0), in = elements(first, 1, first.size());
    if (second.at(0) == batch && out.at(0) != batch) {  // x (N, I), dy (N, O)
        const Shape w{second.at(1), in};
        return b.finish(LinearBackwardWeights{.w = w},
                        {b.input(0, {batch, in}), b.input(1, {batch, second.at(1)})}, {0});
    }
    const std::int64_t features = elements(out, 1, out.size());
    if (k.inputs.size() == 2)  // dy (N, O), w
        return b.finish(LinearBackwardData{{batch, features}},
                        {b.input(1, {in, features}), b.input(0, {batch, in})}, {0});
    return b.finish(Linear{.bias = true}, {b.input(0, {batch, in}), b.input(1, {features, in}), b.input(2)},
                    {0});
}

Counterpart batch_norm(const PublishedKernel& k) {  // scale, shift, x
    Builder b(k);
    const Shape channels{k.inputs.at(2).at(1)};
    return b.finish(BatchNorm{.relu = k.name.ends_with("Relu")},
                    {b.input(2), b.input(0), b.input(1), b.own(channels), b.own(channels)}, {0, 1, 2});
}

Counterpart batch_norm_backward(const PublishedKernel& k) {  // scale, shift, x, mean, variance, dy
    Builder b(k);
    return b.finish(BatchNormBackward{},
                    {b.input(2), b.input(5), b.input(0), b.input(1), b.input(3), b.input(4)}, {0, 1, 2});
}

Counterpart max_pool(const PublishedKernel& k) {
    Builder b(k);
    return b.finish(pool_of(Pool2d::maximum, k.inputs.at(0), k.outputs.at(0)), {b.input(0)}, {0, 1});
}

Counterpart max_pool_backward(const PublishedKernel& k) {  // x, dy, indices
    Builder b(k);
    const Pool2d pool = pool_of(Pool2d::maximum, k.outputs.at(0), k.inputs.at(1));
    return b.finish(Pool2dBackward{pool, shape_of(k.outputs[0])},
                    {b.input(1), b.input(2, shape_of(k.inputs.at(2)), DType::u8)}, {0});
}

Counterpart average_pool(const PublishedKernel& k) {
    Builder b(k);
    return b.finish(pool_of(Pool2d::average, k.inputs.at(0), k.outputs.at(0)), {b.input(0)}, {0});
}

Counterpart average_pool_backward(const PublishedKernel& k) {
    Builder b(k);
    const Pool2d pool = pool_of(Pool2d::average, k.outputs.at(0), k.inputs.at(0));
    return b.finish(Pool2dBackward{pool, shape_of(k.outputs[0])}, {b.input(0)}, {0});
}

Counterpart relu_backward(const PublishedKernel& k) {  // y, dy
    Builder b(k);
    return b.finish(EltwiseBackward{}, {b.input(1), b.input(0)}, {0});
}

const std::map<std::string_view, Maker>& makers() {
    static const std::map<std::string_view, Maker> all{
        {"Add", [](const PublishedKernel& k) { return elementwise(k, Add{}); }},
        {"Multiply", [](const PublishedKernel& k) { return elementwise(k, Multiply{}); }},
        {"Relu", [](const PublishedKernel& k) { return elementwise(k, Eltwise{}); }},
        {"ReluBackprop", relu_backward},
        {"Softmax", [](const PublishedKernel& k) { return elementwise(k, Softmax{}); }},
        {"Concat", concat},
        {"Slice", slice},
        // nGraph's reshapes that are views take no time; the others copy.
        {"Reshape", [](const PublishedKernel& k) { return elementwise(k, Reorder{}); }},
        {"ConvertLayout", [](const PublishedKernel& k) { return elementwise(k, Reorder{}); }},
        {"Convolution", convolution},
        {"ConvolutionRelu", convolution},
        {"ConvolutionBias", convolution},
        {"ConvolutionBiasRelu", convolution},
        {"ConvolutionBackpropData", convolution_backward_data},
        {"ConvolutionBackpropFilters", convolution_backward_weights},
        {"ConvolutionBiasBackpropFiltersBias", convolution_backward_weights},
        {"MatmulBias", linear},
        {"BatchNormTraining", batch_norm},
        {"BatchNormTrainingRelu", batch_norm},
        {"BatchNormTrainingBackprop", batch_norm_backward},
        {"MaxPoolWithIndices", max_pool},
        {"MaxPoolWithIndicesBackprop", max_pool_backward},
        {"AvgPool", average_pool},
        {"AvgPoolBackprop", average_pool_backward},
    };
    return all;
}

}  // namespace

TierMask Counterpart::slow(const PublishedKernel::Timing& timing) const {
    const Schedule schedule(graph);
    const std::vector<framework::StorageId>& operands = schedule.operands(0);
    const std::string letters = timing.inputs + timing.outputs;
    TierMask mask = 0;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (letters[i] != 'P' || tensors[i] < 0) continue;
        const auto at = std::ranges::find(operands, schedule.storage_of(tensors[i])) - operands.begin();
        mask |= TierMask{1} << at;
    }
    return mask;
}

std::optional<Counterpart> counterpart_of(const PublishedKernel& kernel) {
    const auto maker = makers().find(kernel.name);
    if (maker == makers().end()) return std::nullopt;
    try {
        return maker->second(kernel);
    } catch (const ShapeError&) {  // our op does not allow these sizes
        return std::nullopt;
    } catch (const std::out_of_range&) {  // too few operands or dimensions for such a kernel
        return std::nullopt;
    }
}

}  // namespace experiments
