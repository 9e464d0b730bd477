// lower(): turns a graph of shapes into a graph of bytes. It makes the kernels, chooses every layout, and
// adds scratch and the reorders between kernels that want different layouts. It runs before planning, so that
// a plan covers all bytes.
//
// An activation has the layout that the kernel that writes it prefers, as long as its readers can use it. A
// parameter has the layout that its first reader wants. If several kernels want a tensor reordered in the
// same way, it is reordered once.
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
    framework::Indexed<framework::OpId, Kernel> kernels;      // empty for sources
    framework::Indexed<framework::TensorId, Layout> layouts;  // empty for scratch
    int team = 1;                                             // threads that the kernels were made for
    std::vector<framework::PassTime> passes{};                // that lower() ran
};

// Layouts of parameters and states, by name, for a graph that reads those of another graph in memory.
using FixedLayouts = std::map<std::string, Layout>;

// Lowers a graph, fused or not. `passes` says which of lower()'s own passes run: "in_place",
// "share_reorders", "winograd". Throws KernelError if an op has no kernel.
// Winograd kernels need much scratch. By default (most_scratch = 0) the scratch of a kernel is limited to an
// eighth of the peak memory with direct convolutions only, so that scratch does not decide how small the DRAM
// budget can be.
Lowered lower(const framework::Graph& graph, const KernelOptions& options = {},
              const FixedLayouts& fixed = {}, framework::Passes passes = framework::Passes());

}  // namespace runtime
