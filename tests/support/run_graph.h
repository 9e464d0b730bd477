// Runs a graph as training does: lowered, planned, bound to arenas.
#pragma once

#include <map>
#include <span>
#include <string>

#include "framework/graph/graph.h"
#include "optimizer/problem.h"
#include "runtime/executor.h"
#include "runtime/program.h"
#include "tests/support/array.h"

namespace support {

// With a device of its own, whose slow memory is emulated.
runtime::Program bind(runtime::Lowered lowered, const framework::Schedule& schedule,
                      const framework::Plan& plan);

// Everything in DRAM, unless the settings of settings.h say otherwise.
runtime::Program compile(const framework::Graph& graph, const runtime::KernelOptions& options = {});

// A program whose memory begins as NaNs, except parameters and states, which are initialized from seed 1.
class GraphRun {
  public:
    explicit GraphRun(const framework::Graph& graph, const runtime::KernelOptions& options = {});

    runtime::Program& program() { return program_; }
    const runtime::Program& program() const { return program_; }
    // Sets an input, parameter or state by name. Inputs must be set before every run.
    void set(const std::string& name, const Array& array);
    void run(const runtime::Iteration& iteration = {.number = 0, .seed = 1, .learning_rate = 0.05F});
    // Returns a kept tensor, a parameter or a state by name.
    Array get(const std::string& name) const;

  private:
    // Bytes of a tensor between iterations, in its layout.
    std::span<std::byte> bytes_of(framework::TensorId id) const;

    runtime::Program program_;
    runtime::Executor executor_;
};

// Copies the parameters and states of `from` to those of `to` with the same names.
void copy_persistent(const GraphRun& from, GraphRun& to);

// Trains on random "images" and "labels", which are drawn once. Returns the loss of each iteration.
std::vector<float> train(GraphRun& run, int iterations, float learning_rate);

// Runs the graph once and returns all tensors that it keeps, by name.
std::map<std::string, Array> run_graph(const framework::Graph& graph,
                                       const std::map<std::string, Array>& sources,
                                       const runtime::KernelOptions& options = {});

}  // namespace support
