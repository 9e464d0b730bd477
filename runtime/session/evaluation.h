// The network without gradients, planned into the memory that training has: parameters stay where an
// iteration leaves them, and all else takes what is free between two iterations.
#pragma once

#include <vector>

#include "framework/plan/plan.h"
#include "runtime/program.h"
#include "runtime/session/network.h"

namespace runtime::session {

struct EvaluationPlan {
    framework::Plan plan;  // of the evaluated network; its arenas are those of training, or larger
    // What lives across iterations is in the way where a kernel's scratch finds no room in DRAM. It then
    // waits in slow memory while the network is evaluated.
    struct Aside {
        framework::Bytes dram_offset = 0, slow_offset = 0, bytes = 0;
    };
    std::vector<Aside> aside;
};

// The network of `graph`, whose parameters and states are among those of `trained`, in their layouts. Throws
// DataError for one that is not.
Network prepare_evaluation(const framework::Graph& graph, const Network& trained);

// `plan` is of `trained`, and `dram_budget` the one that it keeps to. Throws OutOfTierMemory where a kernel's
// scratch alone takes more.
EvaluationPlan plan_evaluation(const Network& evaluated, const Network& trained, const framework::Plan& plan,
                               framework::Bytes dram_budget);

}  // namespace runtime::session
