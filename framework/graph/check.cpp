#include "framework/graph/check.h"

#include <algorithm>
#include <set>
#include <vector>

#include "framework/base/error.h"

namespace framework {

namespace {

std::string wrong_results(const Graph& graph, const OpNode& node) {
    Types in;
    for (const TensorId id : node.inputs) in.push_back(graph.tensor(id).type);
    const Results results = infer(node.op, in, node.name);
    std::size_t slot = 0;
    for (const TensorId id : node.outputs) {
        const TensorNode& tensor = graph.tensor(id);
        if (tensor.role == Role::scratch) continue;
        if (slot == results.size() || tensor.type != results[slot].type)
            return text("op ", node.name, ": its result ", tensor.name, " is ", tensor.type.shape,
                        ", not what the op makes of its operands");
        ++slot;
    }
    return slot == results.size() ? "" : text("op ", node.name, ": a result is missing");
}

// The position of each op in the order in which the ops run.
std::vector<int> places(const Graph& graph, const std::vector<OpId>& order) {
    std::vector<int> place(static_cast<std::size_t>(graph.op_count()), -1);
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int>(i);
    return place;
}

// A tensor that is written over another one ends the other one's value: nobody may read or keep that
// afterwards.
std::string overwritten(const Graph& graph, const std::vector<int>& place) {
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        const TensorNode& tensor = graph.tensor(id);
        if (!tensor.over) continue;
        const int written = place[tensor.producer];
        const TensorNode& below = graph.tensor(*tensor.over);
        if (below.role == Role::activation && graph.is_kept(*tensor.over))
            return text(tensor.name, " is written over ", below.name, ", which is kept");
        for (const OpId reader : graph.readers(*tensor.over)) {
            if (place[reader] > written)
                return text(tensor.name, " is written over ", below.name, " before ", graph.op(reader).name,
                            " reads that");
        }
    }
    return {};
}

}  // namespace

std::string fault_of(const Graph& graph) {
    const std::vector<OpId> order = graph.order();
    if (std::ssize(order) != graph.op_count()) return "some ops wait for each other's results";
    std::set<std::string> names;
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        const bool is_found_by_name = is_source(graph.op(graph.tensor(id).producer).op);
        if (is_found_by_name && !names.insert(graph.tensor(id).name).second)
            return text("two sources are called ", graph.tensor(id).name);
    }
    for (const OpId id : order) {
        if (std::string fault = wrong_results(graph, graph.op(id)); !fault.empty()) return fault;
    }
    for (const auto& [name, id] : graph.kept()) {
        if (id < 0 || id >= graph.tensor_count()) return text("what is kept as ", name, " is no tensor");
    }
    return overwritten(graph, places(graph, order));
}

}  // namespace framework
