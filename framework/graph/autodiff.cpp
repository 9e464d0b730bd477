#include "framework/graph/autodiff.h"

#include <functional>

#include "framework/base/error.h"

namespace framework {

namespace {

std::vector<bool> depends_on_a_parameter(const Graph& graph) {
    std::vector<bool> depends(static_cast<std::size_t>(graph.tensor_count()), false);
    for (const OpId id : graph.order()) {
        const OpNode& node = graph.op(id);
        bool any = std::holds_alternative<Parameter>(node.op);
        for (const TensorId in : node.inputs) any = any || depends[in];
        for (const TensorId out : node.outputs) {
            depends[out] = any && graph.tensor(out).role != Role::state;
        }
    }
    return depends;
}

using Complete = std::function<void(Tensor parameter, Tensor gradient)>;

// Calls `complete` once no forward op can add to a parameter's gradient any more.
Tensors differentiate(Tensor loss, const Complete& complete) {
    Graph& graph = *loss.graph;
    require<ShapeError>(loss.shape().elements() == 1, loss.name(), " ", loss.shape(),
                        " is no loss: the gradient is taken of a single value");
    const std::vector<bool> wanted = depends_on_a_parameter(graph);
    Tensors gradients(wanted.size());
    gradients[loss.id] = {&graph, graph.add(Fill{loss.shape(), 1, graph.tensor(loss.id).type.dtype}, {},
                                            graph.unique("d_loss"))[0]};

    for (OpId id = graph.tensor(loss.id).producer; id >= 0; --id) {
        const OpNode node = graph.op(id);                  // a copy: the graph grows below
        if (std::holds_alternative<Parameter>(node.op)) {  // comes before every op that reads it
            const Tensor gradient = gradients[node.outputs[0]];
            if (gradient) complete({&graph, node.outputs[0]}, gradient);
            continue;
        }
        Forward f{.in = {}, .out = {}, .d_out = {}, .wanted = {}, .name = node.name};
        bool reached = false, needed = false;
        for (const TensorId out : node.outputs) {
            f.out.push_back({&graph, out});
            f.d_out.push_back(gradients[out]);
            reached = reached || f.d_out.back();
        }
        for (const TensorId in : node.inputs) {
            f.in.push_back({&graph, in});
            f.wanted.push_back(wanted[in]);
            needed = needed || f.wanted.back();
        }
        if (!reached || !needed) continue;
        const Tensors d_in = gradient(node.op, f);
        for (std::size_t slot = 0; slot < d_in.size(); ++slot) {
            if (!d_in[slot] || !f.wanted[slot]) continue;
            Tensor& sum = gradients[node.inputs[slot]];
            sum = sum ? apply(Add{}, {sum, d_in[slot]}, graph.unique(f.in[slot].name() + ".sum"))[0]
                      : d_in[slot];
        }
    }
    return gradients;
}

}  // namespace

Tensors add_backward(Tensor loss) {
    return differentiate(loss, [](Tensor, Tensor) {});
}

void training_graph(Tensor loss, const SgdOptions& options) {
    require<ShapeError>(options.momentum >= 0 && options.momentum < 1, "a momentum of ", options.momentum,
                        " never settles; it must be in [0, 1)");
    Graph& graph = *loss.graph;
    differentiate(loss, [&](Tensor parameter, Tensor gradient) {
        const auto& source = std::get<Parameter>(graph.op(graph.tensor(parameter.id).producer).op);
        const bool decays = source.decays || options.decay_all;
        Tensors operands{parameter, gradient};
        if (options.momentum != 0) {
            const State velocity{parameter.shape(), 0};
            operands.push_back({&graph, graph.add(velocity, {}, parameter.name() + ".momentum")[0]});
        }
        apply(Sgd{options.momentum, options.nesterov, decays ? options.weight_decay : 0}, operands,
              parameter.name() + ".update");
    });
}

}  // namespace framework
