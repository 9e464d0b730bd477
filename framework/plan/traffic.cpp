#include "framework/plan/traffic.h"

#include <algorithm>

namespace framework {

namespace {

const Conv2d* convolution_of(const Op& op) {
    if (const auto* forward = std::get_if<Conv2d>(&op)) return forward;
    if (const auto* data = std::get_if<Conv2dBackwardData>(&op)) return &data->conv;
    if (const auto* weights = std::get_if<Conv2dBackwardWeights>(&op)) return &weights->conv;
    return nullptr;
}

// w (O, C / groups, K, L) of a convolution or of one of its backward ops.
Shape weights_of(const Graph& graph, const OpNode& node) {
    if (const auto* op = std::get_if<Conv2dBackwardWeights>(&node.op)) return op->w;
    const int slot = std::holds_alternative<Conv2d>(node.op) ? 1 : 0;
    return graph.tensor(node.inputs[slot]).type.shape;
}

// The share of input `slot` that the kernel touches.
double share_read(const Graph& graph, const OpNode& node, std::size_t slot) {
    if (const auto* slice = std::get_if<Slice>(&node.op)) {
        const auto channels = graph.tensor(node.inputs[0]).type.shape.channels();
        return static_cast<double>(slice->end - slice->begin) / static_cast<double>(channels);
    }
    const bool reads_image = slot == 0 && !std::holds_alternative<Conv2dBackwardData>(node.op);
    const Conv2d* conv = convolution_of(node.op);
    if (conv == nullptr || !reads_image) return 1;
    const Shape w = weights_of(graph, node);
    const auto along = [](std::int64_t kernel, int dilation, int stride) {
        return dilation == 1 ? std::min(1.0, static_cast<double>(kernel) / stride) : 1.0;
    };
    const auto& [stride, dilation, padding] = conv->window;
    return along(w[2], dilation.height, stride.height) * along(w[3], dilation.width, stride.width);
}

// Convolutions work on 64 channels of an image at a time.
double block_of(const Shape& shape, double bytes) {
    const double image = bytes / static_cast<double>(shape[0]);
    return shape.rank() < 2 || shape[1] <= 64 ? image : image * 64 / static_cast<double>(shape[1]);
}

double bytes_of(const Graph& graph, TensorId id) {
    return static_cast<double>(graph.tensor(id).bytes);
}

}  // namespace

double Traffic::footprint() const {
    double bytes = 0;
    for (std::size_t i = 0; i < read.size(); ++i) bytes += std::max(read[i], written[i]);
    return bytes;
}

Traffic traffic_of(const Graph& graph, const Schedule& schedule, Step step) {
    const OpNode& node = graph.op(schedule.op(step));
    const auto& operands = schedule.operands(step);
    Traffic traffic{.read = std::vector<double>(operands.size()),
                    .written = std::vector<double>(operands.size())};
    const auto index_of = [&](TensorId id) {
        const auto found = std::find(operands.begin(), operands.end(), schedule.storage_of(id));
        return static_cast<std::size_t>(found - operands.begin());
    };
    Types in, out;
    for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
        const TensorId id = node.inputs[slot];
        in.push_back(graph.tensor(id).type);
        traffic.read[index_of(id)] = share_read(graph, node, slot) * bytes_of(graph, id);
    }
    double largest = 0;
    for (const TensorId id : node.outputs) {
        out.push_back(graph.tensor(id).type);
        const double bytes = traffic.written[index_of(id)] = bytes_of(graph, id);
        if (bytes <= largest || graph.tensor(id).role == Role::scratch || out.back().shape.rank() == 0)
            continue;
        largest = bytes;
        traffic.result_block = block_of(out.back().shape, bytes);
    }
    traffic.flops = 2.0 * static_cast<double>(multiply_adds(node.op, in, out));
    if (const Conv2d* conv = convolution_of(node.op)) {
        const Shape w = weights_of(graph, node);
        traffic.window = 1 + (w[2] > 1) + (w[3] > 1);
        traffic.strided = conv->window.stride != Pair(1);
    }
    return traffic;
}

}  // namespace framework
