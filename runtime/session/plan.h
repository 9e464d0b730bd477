// Plans a network within a DRAM budget. The result has the plan, its predicted time and a lower bound.
#pragma once

#include <optional>

#include "optimizer/solve.h"
#include "runtime/session/profile.h"

namespace runtime::session {

using optimizer::Placement;

struct PlanOptions {
    Placement placement = Placement::synchronous;
    std::optional<framework::Bytes> dram{};  // the budget; default: all_dram_bytes of the network
    optimizer::SolverOptions solver{};
};

struct Solution {
    Placement placement = Placement::dram;
    framework::Bytes dram_budget = 0;
    framework::Bytes slow_capacity = 0;  // 0: no limit
    double gap = 0;                      // at which the solver was asked to stop (0.001 = 0.1 %)
    optimizer::Result result{};
    framework::Seconds all_dram_s = 0, all_slow_s = 0;  // predicted; 0: times are unknown
};

// Throws OutOfTierMemory with the reason if no plan fits the budget and the memory of this machine.
Solution plan(const Network& network, const Profile& profile, const PlanOptions& options = {});
// The same, but if there is no plan, the result has the reason.
Solution try_plan(const Network& network, const Profile& profile, const PlanOptions& options);

// A plan with everything in DRAM; needs no times. `dram`, the budget, is at least all_dram_bytes of the
// network. Throws OutOfTierMemory if this machine has less DRAM.
Solution plan_in_dram(const Network& network, std::optional<framework::Bytes> dram = {});

// Throws OutOfTierMemory, as plan() would, if no plan is possible and this can be seen before any kernel is
// timed.
void require_possible(const Network& network, const ProfileOptions& times, const PlanOptions& options);

// Why this machine lacks memory for the plan, with slow memory at `slow`; empty if it has enough.
std::string no_room(const framework::Plan& plan, const std::string& slow);

// Sets all_dram_s and all_slow_s: the predicted times with everything in DRAM and in slow memory.
void predict_extremes(Solution& solution, const Network& network, const framework::Profile& times);

}  // namespace runtime::session
