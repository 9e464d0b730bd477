// A network ready to be profiled and planned: fused, lowered to kernels of this machine, and scheduled.
#pragma once

#include "framework/graph/graph.h"
#include "framework/plan/schedule.h"
#include "runtime/lower.h"

namespace runtime::session {

struct PrepareOptions {
    std::vector<std::string> without{};  // names of passes to leave out: see framework::optional_passes()
    bool simulated = false;  // for a network that never runs: no kernels are made, tensors have no padding
};

struct Network {
    Lowered lowered;  // simulated: only the graph
    framework::Schedule schedule;
    framework::Bytes all_dram_bytes = 0;  // the DRAM arena if everything is in DRAM
    PrepareOptions options{};
    std::vector<framework::PassTime> passes{};  // in the order in which they ran
};

// Throws KernelError if this machine has no kernel for an op, UsageError if `without` names no pass.
Network prepare(const framework::Graph& graph, const PrepareOptions& options = {});

}  // namespace runtime::session
