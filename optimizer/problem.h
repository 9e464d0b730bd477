// What a placement is asked for, and what comes back.
#pragma once

#include <optional>
#include <string>

#include "framework/graph.h"
#include "framework/plan.h"
#include "framework/profile.h"
#include "framework/schedule.h"

namespace optimizer {

struct Problem {
    const framework::Graph& graph;
    const framework::Schedule& schedule;
    const framework::Profile& profile;
    framework::Bytes dram_budget = 0;
    framework::Bytes slow_capacity = 0;  // 0: no limit
    double gap = 1e-3;                   // stop when (predicted − bound) / predicted is below this
    framework::Seconds time_limit = 60;
    // Static and synchronous are never slower than this plan, where it is one of their kind within budget and
    // capacity. Solve budgets in rising order, each from the plan of the one before, and time never rises
    // with DRAM; solve placements from the simplest on, and it never rises with freedom.
    const framework::Plan* start = nullptr;
    std::string write_lp = {};  // the program as it was solved at last goes to this file, unless empty
};

enum class Status { optimal, feasible, infeasible };  // optimal: within the gap asked for
const char* name_of(Status status);

struct Result {
    Status status = Status::infeasible;
    std::string reason;  // infeasible: the kernel, its operands, the missing bytes, the way out
    std::optional<framework::Plan> plan;  // absent where infeasible
    framework::Seconds predicted_s = 0;   // kernels and moves of one iteration
    framework::Seconds bound_s = 0;       // no plan of this kind can be faster
    double gap = 0;                       // (predicted − bound) / predicted
    framework::Seconds solve_s = 0;
    int rows = 0, columns = 0;
    // Times an address layout did not fit and the budget was cut where it stuck out, or a small tensor went
    // to slow memory that kept the arena from its lower bound.
    int refinements = 0;
    double price_s_per_gib = 0;  // what one more GiB of DRAM would save: the sum of the capacity rows' duals
};

}  // namespace optimizer
