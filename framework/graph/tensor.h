// Tensor: a handle on a tensor of a graph, with which models and gradients are written.
#pragma once

#include <string>
#include <vector>

#include "framework/base/ids.h"
#include "framework/graph/shape.h"

namespace framework {

class Graph;

using TensorId = Id<struct TensorNode>;  // of a graph's tensors
using OpId = Id<struct OpNode>;          // of a graph's ops, which are its vertices

enum class Role {
    activation,  // computed and used within one iteration; gradients too
    input,       // written by the data loader before the iteration
    parameter,   // learned: lives across iterations
    state,       // lives across iterations and is not learned: momentum, running statistics
    scratch,     // a kernel's own memory, alive only while it runs
};
const char* name_of(Role role);

struct Tensor {
    Graph* graph = nullptr;  // null: no tensor (no gradient flows here)
    TensorId id = -1;

    explicit operator bool() const { return graph != nullptr; }
    const Shape& shape() const;
    const std::string& name() const;
    friend bool operator==(const Tensor&, const Tensor&) = default;
};

using Tensors = std::vector<Tensor>;
using Types = std::vector<TensorType>;

// An op's description of one of its results.
struct Result {
    const char* name;  // "y", "mean": the tensor is called OP.NAME
    TensorType type;
    int over = -1;  // the operand that it must be written over (an update); -1: it has bytes of its own
    Role role = Role::activation;
};
using Results = std::vector<Result>;

// The argument of an op's gradient(): the operands and results of the forward op, and the gradients of the
// results (null where nothing downstream depends on one). gradient() returns one gradient for each operand,
// null where `wanted` says that none is needed. A forward value stays alive until the backward pass only if
// an op that gradient() adds reads it.
struct Forward {
    Tensors in, out, d_out;
    std::vector<bool> wanted;  // by operand
    std::string name;          // of the forward op
};

}  // namespace framework
