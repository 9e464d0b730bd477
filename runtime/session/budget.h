// The DRAM budget of users who leave it to the machine, and the placement for a budget.
#pragma once

#include "runtime/session/plan.h"

namespace runtime::session {

struct FreeDram {
    framework::Bytes free = 0;    // available_dram(), at the moment of the call
    framework::Bytes budget = 0;  // what a plan may take of it
};

// Of the DRAM that is free now, a plan may take all but `beside_tensors` and a twentieth of the rest. The
// twentieth is for other programs, whose needs change while kernels are timed and a plan is solved.
FreeDram free_dram();

// Everything in DRAM if that fits into `dram`, else the best placement that there is.
Placement placement_for(const Network& network, framework::Bytes dram);

}  // namespace runtime::session
