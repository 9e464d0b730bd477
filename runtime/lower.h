// lower(): from a graph of shapes to a graph of bytes. It settles every layout, adds the reorders between
// kernels that disagree and each kernel's scratch, and so comes before planning: a plan then sees all there
// is.
//
// Activations take the layout that the kernel which writes them prefers, and keep it as long as the readers
// can use it; a parameter takes the one that its first reader wants. A tensor that two kernels want reordered
// alike is reordered once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/graph/graph.h"
#include "framework/passes/passes.h"
#include "runtime/kernel.h"

namespace runtime {

struct Lowered {
    framework::Graph graph;
    std::vector<Kernel> kernels;                // by op; empty for sources
    std::vector<Layout> layouts;                // by tensor; empty for scratch
    int team = 1;                               // threads that the kernels were made for
    std::vector<framework::PassTime> passes{};  // that have made it
};

// Layouts of parameters and states by name: of a graph that reads what another one has left in memory.
using FixedLayouts = std::map<std::string, Layout>;

// Takes a fused graph or an unfused one, and runs its own passes of `passes`. Throws KernelError. Winograd's
// scratch is bought with memory: unless the options say otherwise, a kernel may have an eighth of the peak
// that direct convolutions would need, so that it does not decide how small a DRAM budget can be.
Lowered lower(const framework::Graph& graph, const KernelOptions& options = {},
              const FixedLayouts& fixed = {}, framework::Passes passes = framework::Passes());

}  // namespace runtime
