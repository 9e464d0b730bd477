#include "framework/graph/graph.h"

#include <algorithm>
#include <array>
#include <functional>
#include <queue>

#include <boost/graph/adjacency_list.hpp>

#include "framework/base/error.h"

namespace framework {
namespace {

struct TensorEdge {
    TensorId tensor;
    int slot;  // which input of the reader
};

std::size_t vertex_of(OpId id) {
    return static_cast<std::size_t>(int{id});
}

}  // namespace

struct Graph::List {
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, OpNode, TensorEdge> ops;
};

Graph::Graph(Mode mode) : mode_(mode) {}
Graph::Graph(const Graph& other) = default;
Graph::Graph(Graph&& other) noexcept = default;
Graph& Graph::operator=(const Graph& other) = default;
Graph& Graph::operator=(Graph&& other) noexcept = default;
Graph::~Graph() = default;

int Graph::op_count() const {
    return static_cast<int>(boost::num_vertices(list_->ops));
}

const OpNode& Graph::op(OpId id) const {
    return list_->ops[vertex_of(id)];
}

const char* name_of(Role role) {
    return std::array{"activation", "input", "parameter", "state", "scratch"}[static_cast<std::size_t>(role)];
}

const Shape& Tensor::shape() const {
    return graph->tensor(id).type.shape;
}
const std::string& Tensor::name() const {
    return graph->tensor(id).name;
}

std::vector<TensorId> Graph::add(Op op, std::span<const TensorId> inputs, const std::string& name) {
    Types types;
    for (const TensorId id : inputs) types.push_back(tensor(id).type);
    const Results results = infer(op, types, name);

    const OpId vertex = op_count();
    boost::add_vertex(OpNode{std::move(op), name, {inputs.begin(), inputs.end()}, {}}, list_->ops);
    for (std::size_t slot = 0; slot < inputs.size(); ++slot) {
        const std::size_t from = vertex_of(tensor(inputs[slot]).producer);
        boost::add_edge(from, vertex_of(vertex), TensorEdge{inputs[slot], static_cast<int>(slot)},
                        list_->ops);
    }
    for (const Result& result : results) {
        const TensorId id = tensor_count();
        TensorNode node{.name = *result.name ? name + "." + result.name : name,
                        .type = result.type,
                        .role = result.role,
                        .producer = vertex,
                        .bytes = result.type.bytes()};
        if (result.over >= 0) node.over = inputs[result.over];
        tensors_.push_back(std::move(node));
        list_->ops[vertex_of(vertex)].outputs.push_back(id);
    }
    return this->op(vertex).outputs;
}

std::vector<OpId> Graph::readers(TensorId id) const {
    std::vector<OpId> found;
    const std::size_t producer = vertex_of(tensor(id).producer);
    for (const auto edge : boost::make_iterator_range(boost::out_edges(producer, list_->ops))) {
        const auto reader = static_cast<OpId>(boost::target(edge, list_->ops));
        if (list_->ops[edge].tensor == id && (found.empty() || found.back() != reader))
            found.push_back(reader);
    }
    return found;
}

TensorId Graph::storage(TensorId id) const {
    while (tensor(id).over) id = *tensor(id).over;
    return id;
}

std::vector<OpId> Graph::order() const {
    std::vector<OpId> order;
    std::vector<std::size_t> missing(boost::num_vertices(list_->ops));
    std::priority_queue<OpId, std::vector<OpId>, std::greater<>> ready;  // top(): the op created first
    for (std::size_t v = 0; v < missing.size(); ++v) {
        missing[v] = boost::in_degree(v, list_->ops);
        if (missing[v] == 0) ready.push(static_cast<OpId>(v));
    }
    while (!ready.empty()) {
        const OpId next = ready.top();
        ready.pop();
        order.push_back(next);
        for (const auto edge :
             boost::make_iterator_range(boost::out_edges(static_cast<std::size_t>(next), list_->ops))) {
            if (--missing[boost::target(edge, list_->ops)] == 0) {
                ready.push(static_cast<OpId>(boost::target(edge, list_->ops)));
            }
        }
    }
    return order;
}

void Graph::set_in_place(TensorId output, TensorId input) {
    tensor(output).over = input;
}

void Graph::add_scratch(OpId id, Bytes bytes) {
    OpNode& node = list_->ops[vertex_of(id)];
    node.outputs.push_back(tensor_count());
    tensors_.push_back({.name = node.name + ".scratch",
                        .type = {{bytes}, DType::u8},
                        .role = Role::scratch,
                        .producer = id,
                        .bytes = bytes});
}

bool Graph::is_kept(TensorId id) const {
    return std::any_of(kept_.begin(), kept_.end(), [&](const auto& entry) { return entry.second == id; });
}

TensorId Graph::find(const std::string& name) const {
    for (const auto& [known, id] : kept_) {
        if (known == name) return id;
    }
    for (TensorId id = 0; id < tensor_count(); ++id) {
        if (is_source(op(tensor(id).producer).op) && tensor(id).name == name) return id;
    }
    return -1;
}

std::string Graph::unique(const std::string& kind) {
    const std::string full = prefix_ + kind;
    return full + std::to_string(++counters_[full]);
}

Graph::Scope::Scope(Graph& graph, const std::string& name) : graph_(graph), outer_(graph.prefix_) {
    graph.prefix_ += name + ".";
}

Graph::Scope::~Scope() {
    graph_.prefix_ = outer_;
}

Tensors apply(Op op, const Tensors& operands, const std::string& name) {
    Graph* graph = nullptr;
    std::vector<TensorId> ids;
    for (const Tensor& operand : operands) {
        require<ShapeError>(static_cast<bool>(operand), name, ": operand ", ids.size(), " is no tensor");
        require<ShapeError>(!graph || graph == operand.graph, name, ": its operands belong to two graphs");
        graph = operand.graph;
        ids.push_back(operand.id);
    }
    Tensors results;
    for (const TensorId id : graph->add(std::move(op), ids, name)) results.push_back({graph, id});
    return results;
}

}  // namespace framework
