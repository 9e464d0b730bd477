// A network as a graph: ops at the vertices of a Boost adjacency_list (in graph.cpp), tensors along its
// edges.
//
// A tensor has one producer and any number of readers. An op may write a result over one of its operands
// (`in_place`): parameters are updated so, and so is a ReLU whose input nobody else reads. Tensors that share
// their bytes in this way have one `storage`, named by the tensor that was there first. Storages have an
// address, a live range and a tier; tensors do not.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "framework/base/boxed.h"
#include "framework/graph/op.h"
#include "framework/graph/shape.h"
#include "framework/graph/tensor.h"

namespace framework {

struct TensorNode {
    std::string name;  // "stage1.block1.conv1.y"
    TensorType type;
    Role role = Role::activation;
    OpId producer = 0;
    Bytes bytes = 0;                    // in memory; type.bytes() until lower() chooses a layout
    std::optional<TensorId> over = {};  // written over this tensor's bytes
};

struct OpNode {
    Op op;
    std::string name;  // "stage1.block1.conv1"
    std::vector<TensorId> inputs, outputs;
};

enum class Mode { training, inference };

class Graph {
  public:
    explicit Graph(Mode mode = Mode::training);
    Graph(const Graph& other);
    Graph(Graph&& other) noexcept;
    Graph& operator=(const Graph& other);
    Graph& operator=(Graph&& other) noexcept;
    ~Graph();

    // Appends an op. Its outputs are named NAME.RESULT, by the names that the op gives its results:
    // "conv1.y". Throws ShapeError.
    std::vector<TensorId> add(Op op, std::span<const TensorId> inputs, const std::string& name);

    Mode mode() const { return mode_; }
    int op_count() const;
    int tensor_count() const { return static_cast<int>(tensors_.size()); }
    // The references are valid until the next add().
    const OpNode& op(OpId id) const;
    const TensorNode& tensor(TensorId id) const { return tensors_[id]; }
    TensorNode& tensor(TensorId id) { return tensors_[id]; }
    std::vector<OpId> readers(TensorId id) const;  // in the order they were added, each once
    TensorId storage(TensorId id) const;           // the tensor that owns its bytes
    std::vector<OpId> order() const;               // topological; ties in order of creation

    void set_in_place(TensorId output, TensorId input);  // output is written over input's bytes
    void add_scratch(OpId id, Bytes bytes);              // one more result, which no op reads

    // Gives a tensor a name under which find() returns it, such as "loss" or "logits". A kept tensor stays
    // alive to the end of the iteration, to be read afterwards.
    void keep(const std::string& name, TensorId id) { kept_.emplace_back(name, id); }
    const std::vector<std::pair<std::string, TensorId>>& kept() const { return kept_; }
    bool is_kept(TensorId id) const;
    TensorId find(const std::string& name) const;  // a kept tensor, or a source, by name; -1 if there is none

    // Names made inside a scope are prefixed with it: "stage1.block1.". unique("conv") gives conv1, conv2,
    // ...
    std::string unique(const std::string& kind);
    class Scope;

  private:
    struct List;

    Mode mode_;
    Boxed<List> list_;
    Indexed<TensorId, TensorNode> tensors_;
    std::vector<std::pair<std::string, TensorId>> kept_;
    std::string prefix_;
    std::unordered_map<std::string, int> counters_;
};

class Graph::Scope {
  public:
    Scope(Graph& graph, const std::string& name);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

  private:
    Graph& graph_;
    std::string outer_;
};

// Adds an op to the graph of its operands and returns its results. Throws ShapeError if the operands belong
// to two graphs.
Tensors apply(Op op, const Tensors& operands, const std::string& name);

}  // namespace framework
