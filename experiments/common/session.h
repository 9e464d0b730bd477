// From a network to a program that runs: fused, lowered, planned, bound to memory.
#pragma once

#include <functional>
#include <string>

#include "framework/graph.h"
#include "optimizer/problem.h"
#include "runtime/program.h"

namespace experiments {

struct Planned {
    runtime::Lowered lowered;
    framework::Schedule schedule;
    optimizer::Result result;
};

// Everything in DRAM. Throws OutOfTierMemory where that is more than this machine has.
Planned plan_in_dram(const framework::Graph& graph, bool fuse, const runtime::KernelOptions& options);

// Takes the plan's memory from the system.
runtime::Program load(Planned planned);

}  // namespace experiments
