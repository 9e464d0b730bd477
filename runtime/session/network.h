// A network as this machine runs it: fused, lowered to kernels, scheduled.
#pragma once

#include "framework/graph/graph.h"
#include "framework/plan/schedule.h"
#include "runtime/lower.h"

namespace runtime::session {

struct PrepareOptions {
    bool fuse = true;        // join ops that one kernel can run
    bool winograd = true;    // 3x3 convolutions by Winograd's algorithm where that is faster
    bool simulated = false;  // nothing will run: no kernel is made, tensors are as large as their shapes say
};

struct Network {
    Lowered lowered;  // simulated: the graph alone
    framework::Schedule schedule;
    framework::Bytes all_dram_bytes = 0;  // DRAM that holds everything
    PrepareOptions options{};
};

// Throws KernelError where this machine has no kernel for an op.
Network prepare(const framework::Graph& graph, const PrepareOptions& options = {});

}  // namespace runtime::session
