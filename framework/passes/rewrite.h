// Copies a graph op by op, so that passes over graphs say only what they change.
#pragma once

#include <vector>

#include "framework/graph/graph.h"

namespace framework {

class Rewriter {
  public:
    explicit Rewriter(const Graph& from)
        : from_(from), to_(from.mode()), mapped_(static_cast<std::size_t>(from.tensor_count()), -1) {}

    // Adds `op` to the new graph. Its operands and results are given by their ids in the old graph.
    void copy(OpId id) { copy(id, from_.op(id).op); }
    void copy(OpId id, Op op);
    void copy(Op op, const std::vector<TensorId>& inputs, const std::vector<TensorId>& outputs,
              const std::string& name);

    // Ops that are copied from now on read the new graph's tensor `replacement` in place of `old`.
    void replace(TensorId old, TensorId replacement) { mapped_[old] = replacement; }
    TensorId operator[](TensorId old) const { return mapped_[old]; }
    Graph& graph() { return to_; }

    Graph finish();  // returns the new graph, which keeps the same tensors

  private:
    const Graph& from_;
    Graph to_;
    std::vector<TensorId> mapped_;
};

}  // namespace framework
