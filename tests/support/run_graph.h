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

// A program whose memory begins as NaNs, but for parameters and states, which are drawn from seed 1.
class GraphRun {
  public:
    explicit GraphRun(const framework::Graph& graph, const runtime::KernelOptions& options = {});

    runtime::Program& program() { return program_; }
    const runtime::Program& program() const { return program_; }
    // Inputs, parameters and states, by name. Inputs are to be set before every run.
    void set(const std::string& name, const Array& array);
    void run(const runtime::Iteration& iteration = {.number = 0, .seed = 1, .learning_rate = 0.05F});
    // What the graph keeps, parameters and states.
    Array get(const std::string& name) const;

  private:
    // Bytes of a tensor between iterations, in its layout.
    std::span<std::byte> bytes_of(framework::TensorId id) const;

    runtime::Program program_;
    runtime::Executor executor_;
};

// Parameters and states of `to`, by name, from those of `from`.
void copy_persistent(const GraphRun& from, GraphRun& to);

// Iterations on "images" and "labels" that are drawn once, and the loss of each.
std::vector<float> train(GraphRun& run, int iterations, float learning_rate);

// One run; everything that the graph keeps, by name.
std::map<std::string, Array> run_graph(const framework::Graph& graph,
                                       const std::map<std::string, Array>& sources,
                                       const runtime::KernelOptions& options = {});

}  // namespace support
