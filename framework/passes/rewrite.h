// Copies a graph op by op, so that passes over graphs say only what they change.
#pragma once

#include <vector>

#include "framework/graph/graph.h"

namespace framework {

class Rewriter {
  public:
    explicit Rewriter(const Graph& from)
        : from_(from), to_(from.mode()), mapped_(static_cast<std::size_t>(from.tensor_count()), -1) {}

    // Adds `op` with operands and results given by their ids in the old graph; its results stand for theirs.
    void copy(OpId id) { copy(id, from_.op(id).op); }
    void copy(OpId id, Op op);
    void copy(Op op, const std::vector<TensorId>& inputs, const std::vector<TensorId>& outputs,
              const std::string& name);

    // Whoever read `old` reads the new graph's `replacement` from now on.
    void replace(TensorId old, TensorId replacement) { mapped_[old] = replacement; }
    TensorId operator[](TensorId old) const { return mapped_[old]; }
    Graph& graph() { return to_; }

    Graph finish();  // with what the old graph keeps

  private:
    const Graph& from_;
    Graph to_;
    std::vector<TensorId> mapped_;
};

}  // namespace framework
