#include "framework/passes/fuse.h"

#include <optional>

#include "framework/passes/rewrite.h"

namespace framework {

namespace {

// The relu that is the only reader of t.
std::optional<OpId> only_relu(const Graph& graph, TensorId t) {
    if (graph.is_kept(t)) return {};
    const std::vector<OpId> readers = graph.readers(t);
    if (readers.size() != 1) return {};
    const auto* eltwise = std::get_if<Eltwise>(&graph.op(readers[0]).op);
    const bool plain = eltwise && eltwise->function == Function::relu && eltwise->alpha == 0;
    return plain ? std::optional(readers[0]) : std::nullopt;
}

// The backward op that reads y as the result of the relu that made y; none in a graph without a backward
// pass. A later function whose backward op reads its operand (log) has y in the same slot, so reads_result()
// is asked.
std::optional<OpId> backward_of(const Graph& graph, TensorId y) {
    for (const OpId reader : graph.readers(y)) {
        const OpNode& node = graph.op(reader);
        const auto* backward = std::get_if<EltwiseBackward>(&node.op);
        if (backward && backward->forward.reads_result() && node.inputs[1] == y) return reader;
    }
    return {};
}

struct Fusions {
    std::vector<std::optional<OpId>> relu;  // by producer: the relu that is fused into it
    std::vector<bool> dropped;              // ops that are part of another op now
};

Fusions find(const Graph& graph) {
    const auto count = static_cast<std::size_t>(graph.op_count());
    Fusions found{std::vector<std::optional<OpId>>(count), std::vector<bool>(count, false)};
    const auto take = [&](OpId producer, OpId relu) {
        found.relu[producer] = relu;
        found.dropped[relu] = true;
    };
    for (const OpId id : graph.order()) {
        const OpNode& node = graph.op(id);
        if (node.outputs.empty()) continue;
        const bool fusible =
            std::holds_alternative<Conv2d>(node.op) || std::holds_alternative<Linear>(node.op) ||
            std::holds_alternative<Add>(node.op) || std::holds_alternative<BatchNorm>(node.op) ||
            std::holds_alternative<BatchNormInference>(node.op);
        const auto relu = fusible ? only_relu(graph, node.outputs[0]) : std::nullopt;
        if (!relu) continue;
        if (std::holds_alternative<BatchNorm>(node.op)) {
            if (const auto backward = backward_of(graph, graph.op(*relu).outputs[0])) {
                found.dropped[*backward] = true;
            }
        }
        take(id, *relu);
    }
    return found;
}

Op with_relu(Op op) {
    std::visit(
        [](auto& o) {
            if constexpr (requires { o.relu; }) o.relu = true;
        },
        op);
    return op;
}

bool is_flatten(const Shape& image, const Shape& rows) {
    return image.rank() == 4 && rows.rank() == 2 && image.batch() == rows.batch();
}

// If a flatten made t, its operand; else t.
TensorId before_flatten(const Graph& graph, TensorId t) {
    const OpNode& producer = graph.op(graph.tensor(t).producer);
    if (!std::holds_alternative<Reshape>(producer.op)) return t;
    const TensorId image = producer.inputs[0];
    return is_flatten(graph.tensor(image).type.shape, graph.tensor(t).type.shape) ? image : t;
}

// The backward op of a flatten, if it is the only reader of the gradient dx.
std::optional<OpId> only_unflatten(const Graph& graph, TensorId dx) {
    const std::vector<OpId> readers = graph.readers(dx);
    if (readers.size() != 1 || graph.is_kept(dx)) return {};
    const auto* reshape = std::get_if<Reshape>(&graph.op(readers[0]).op);
    const bool found = reshape && is_flatten(reshape->to, graph.tensor(dx).type.shape);
    return found ? std::optional(readers[0]) : std::nullopt;
}

// Lets linear layers read images without a flatten. All three linear ops do so, so that w has one layout.
Graph drop_flattens(const Graph& graph) {
    Rewriter rewriter(graph);
    std::vector<bool> dropped(static_cast<std::size_t>(graph.op_count()), false);
    for (const OpId id : graph.order()) {
        OpNode node = graph.op(id);
        if (dropped[id]) continue;
        if (std::holds_alternative<Linear>(node.op) ||
            std::holds_alternative<LinearBackwardWeights>(node.op)) {
            node.inputs[0] = before_flatten(graph, node.inputs[0]);
        } else if (auto* backward = std::get_if<LinearBackwardData>(&node.op)) {
            if (const auto unflatten = only_unflatten(graph, node.outputs[0])) {
                backward->x = std::get<Reshape>(graph.op(*unflatten).op).to;
                node.outputs = graph.op(*unflatten).outputs;
                dropped[*unflatten] = true;
            }
        }
        rewriter.copy(node.op, node.inputs, node.outputs, node.name);
    }
    return rewriter.finish();
}

// Drops flattens whose result no op reads any more, because linear layers read their operand.
Graph without_dead_reshapes(const Graph& graph) {
    Rewriter rewriter(graph);
    for (const OpId id : graph.order()) {
        const OpNode& node = graph.op(id);
        const bool dead = std::holds_alternative<Reshape>(node.op) &&
                          graph.readers(node.outputs[0]).empty() && !graph.is_kept(node.outputs[0]);
        if (!dead) rewriter.copy(id);
    }
    return rewriter.finish();
}

}  // namespace

Graph fuse(const Graph& graph) {
    const Fusions fusions = find(graph);
    Rewriter rewriter(graph);
    std::vector<bool> masked(static_cast<std::size_t>(graph.tensor_count()),
                             false);  // gradients whose relu backward op was dropped
    for (const OpId id : graph.order()) {
        const OpNode& node = graph.op(id);
        if (const auto relu = fusions.relu[id]) {
            std::vector<TensorId> outputs = node.outputs;
            outputs[0] = graph.op(*relu).outputs[0];
            rewriter.copy(with_relu(node.op), node.inputs, outputs, node.name);
        } else if (!fusions.dropped[id]) {
            const bool backward = std::holds_alternative<BatchNormBackward>(node.op);
            const bool relu = backward && masked[node.inputs[1]];
            rewriter.copy(id, relu ? with_relu(node.op) : node.op);
        } else if (std::holds_alternative<EltwiseBackward>(node.op)) {
            rewriter.replace(node.outputs[0], rewriter[node.inputs[0]]);
            masked[node.outputs[0]] = true;
        }
    }
    return without_dead_reshapes(drop_flattens(rewriter.finish()));
}

}  // namespace framework
