#include "framework/passes/in_place.h"

namespace framework {

void reuse_in_place(Graph& graph) {
    for (const OpId id : graph.order()) {
        const OpNode& node = graph.op(id);
        std::vector<std::size_t> candidates;  // operands that the op may write its first result over
        if (std::holds_alternative<Eltwise>(node.op) || std::holds_alternative<EltwiseBackward>(node.op) ||
            std::holds_alternative<Dropout>(node.op) || std::holds_alternative<DropoutBackward>(node.op)) {
            candidates = {0};
        } else if (std::holds_alternative<Add>(node.op) || std::holds_alternative<Multiply>(node.op)) {
            candidates = {0, 1};
        } else if (std::holds_alternative<BatchNormBackward>(node.op)) {
            candidates = {1};
        }
        for (const std::size_t slot : candidates) {
            const TensorId in = node.inputs[slot], out = node.outputs[0];
            const bool free = graph.tensor(in).role == Role::activation && !graph.is_kept(in) &&
                              graph.readers(in).back() == id &&
                              graph.tensor(in).bytes == graph.tensor(out).bytes;
            if (!free) continue;
            graph.set_in_place(out, in);
            break;
        }
    }
}

}  // namespace framework
