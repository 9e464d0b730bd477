// A plan for a network within a DRAM budget: placement, addresses, predicted time, bound.
#pragma once

#include <optional>

#include "optimizer/solve.h"
#include "runtime/session/profile.h"

namespace runtime::session {

using optimizer::Placement;

struct PlanOptions {
    Placement placement = Placement::synchronous;
    std::optional<framework::Bytes> dram{};  // the budget; none: as much as everything takes
    double gap = 1e-3;                       // the solver stops when (predicted - bound) / predicted is below
    framework::Seconds time_limit = 60;      // of the solver
    optimizer::Formulation formulation = optimizer::Formulation::routes;
    bool keep_program = false;               // Result::program is wanted
    const framework::Plan* start = nullptr;  // see optimizer::Problem
};

struct Solution {
    Placement placement = Placement::dram;
    framework::Bytes dram_budget = 0;
    framework::Bytes slow_capacity = 0;  // 0: not limited
    double gap = 0;                      // that the solver was asked for
    optimizer::Result result{};
    framework::Seconds all_dram_s = 0, all_slow_s = 0;  // predicted; 0: no times are known
};

// Throws OutOfTierMemory with the reason where no plan fits the budget or this machine.
Solution plan(const Network& network, const Profile& profile, const PlanOptions& options = {});
// The same, with the reason in the result where there is no plan.
Solution try_plan(const Network& network, const Profile& profile, const PlanOptions& options);

// Everything in DRAM; needs no times. Throws OutOfTierMemory where that is more than this machine has.
Solution plan_in_dram(const Network& network);

// Refuses what can be seen to be impossible before any kernel is timed, as plan() would: throws
// OutOfTierMemory.
void require_possible(const Network& network, const ProfileOptions& times, const PlanOptions& options);

// Why this machine has no memory for a plan whose slow memory is at `slow`; empty: it has.
std::string no_room(const framework::Plan& plan, const std::string& slow);

// What an iteration takes with all in DRAM and with all in slow memory, by the profile.
void predict_extremes(Solution& solution, const Network& network, const framework::Profile& times);

}  // namespace runtime::session
