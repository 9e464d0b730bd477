#include "framework/passes/rewrite.h"

#include <utility>

namespace framework {

void Rewriter::copy(OpId id, Op op) {
    const OpNode& node = from_.op(id);
    copy(std::move(op), node.inputs, node.outputs, node.name);
}

void Rewriter::copy(Op op, const std::vector<TensorId>& inputs, const std::vector<TensorId>& outputs,
                    const std::string& name) {
    std::vector<TensorId> operands;
    operands.reserve(inputs.size());
    for (const TensorId in : inputs) operands.push_back((*this)[in]);
    const std::vector<TensorId> results = to_.add(std::move(op), operands, name);
    for (std::size_t slot = 0; slot < outputs.size(); ++slot) {
        const TensorId old = outputs[slot];
        replace(old, results[slot]);
        const auto& over = from_.tensor(old).over;
        if (over && !to_.tensor(results[slot]).over) to_.set_in_place(results[slot], (*this)[*over]);
    }
}

Graph Rewriter::finish() {
    for (const auto& [name, id] : from_.kept()) to_.keep(name, (*this)[id]);
    return std::move(to_);
}

}  // namespace framework
