// Plans the network without gradients into the arenas of training. Parameters and states stay where an
// iteration leaves them, and everything else uses bytes that are free between two iterations.
#pragma once

#include <vector>

#include "framework/plan/plan.h"
#include "runtime/program.h"
#include "runtime/session/network.h"

namespace runtime::session {

struct EvaluationPlan {
    framework::Plan plan;  // of the evaluated network; its arenas are at least those of training
    // Parameters and states in DRAM that must wait in slow memory while the network is evaluated. There are
    // none unless some kernel's scratch finds no room in DRAM beside them.
    struct Aside {
        framework::Bytes dram_offset = 0, slow_offset = 0, bytes = 0;
    };
    std::vector<Aside> aside;
};

// Prepares the network of `graph`. Its parameters and states must be among those of `trained`, and get their
// layouts. Throws DataError for one that is not.
Network prepare_evaluation(const framework::Graph& graph, const Network& trained);

// Plans `evaluated` within `dram_budget`, given the plan of `trained`, which keeps to the same budget. Throws
// OutOfTierMemory if a kernel's scratch alone is larger than the budget.
EvaluationPlan plan_evaluation(const Network& evaluated, const Network& trained, const framework::Plan& plan,
                               framework::Bytes dram_budget);

}  // namespace runtime::session
