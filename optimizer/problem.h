// The problem that a placement solves, and the result.
#pragma once

#include <optional>
#include <string>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"
#include "optimizer/certificate.h"

namespace optimizer {

struct Problem {
    const framework::Schedule& schedule;
    const framework::Profile& profile;
    framework::Bytes dram_budget = 0;
    framework::Bytes slow_capacity = 0;  // 0: no limit
};

enum class Status { optimal, feasible, infeasible };  // optimal: within the gap asked for
const char* name_of(Status status);

// What ended the search for a plan.
enum class Stopped {
    unknown,     // of a plan that was read from a file
    no_search,   // the placement follows a fixed rule
    infeasible,  // no plan fits
    gap,         // the gap asked for was reached
    exhausted,   // nothing was left to search: the rest of the gap is between placement and addresses
    work_limit,
    time_limit,
};
const char* text_of(Stopped stopped);  // "stopped by time"

struct Result {
    Status status = Status::infeasible;
    std::string reason;  // infeasible: the kernel, its operands, the missing bytes, the way out
    std::optional<framework::Plan> plan;  // absent where infeasible
    framework::Seconds predicted_s = 0;   // kernels and moves of one iteration
    // A lower bound on the time of all plans within the budget: for static of those without moves, for all
    // other placements of those that move tensors in line with the kernels.
    framework::Seconds bound_s = 0;
    Certificate certificate;  // of bound_s, up to rounding
    double gap = 0;           // (predicted − bound) / predicted
    Stopped stopped = Stopped::infeasible;
    framework::Seconds solve_s = 0;
    double work = 0;  // as SolverOptions::work_limit counts
    int rows = 0, columns = 0;
    // The linear program in the CPLEX LP format; the one over routes as last solved, with the routes that
    // were added until then. Empty if none was solved.
    std::string program;
    // How often the budget was cut at the steps where an address layout did not fit, or a small tensor that
    // kept the arena above its lower bound went to slow memory.
    int refinements = 0;
    // Seconds that each further GiB of DRAM would save at first: the sum of the capacity rows' duals.
    double price_s_per_gib = 0;
};

}  // namespace optimizer
