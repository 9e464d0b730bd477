// A network as this machine runs it: fused, lowered to kernels, scheduled.
#pragma once

#include "framework/graph/graph.h"
#include "framework/plan/schedule.h"
#include "runtime/lower.h"

namespace runtime::session {

struct PrepareOptions {
    std::vector<std::string> without{};  // names of passes to leave out: see framework::optional_passes()
    bool simulated = false;  // nothing will run: no kernel is made, tensors are as large as their shapes say
};

struct Network {
    Lowered lowered;  // simulated: the graph alone
    framework::Schedule schedule;
    framework::Bytes all_dram_bytes = 0;  // DRAM that holds everything
    PrepareOptions options{};
    std::vector<framework::PassTime> passes{};  // in the order in which they ran
};

// Throws KernelError where this machine has no kernel for an op, UsageError for a name that is no pass.
Network prepare(const framework::Graph& graph, const PrepareOptions& options = {});

}  // namespace runtime::session
