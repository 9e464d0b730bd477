// What may be chosen about a search. What is solved is in problem.h.
#pragma once

#include <optional>

#include "framework/base/units.h"
#include "framework/plan/plan.h"

namespace optimizer {

// How static and synchronous placement are put to GLPK: over whole routes of tensors
// (search/route_program.h), or as AutoTM did (policies/paper_formulation.h).
enum class Formulation { routes, paper };

struct SolverOptions {
    // The search ends when (predicted − bound) / predicted is at most this.
    double gap = 1e-3;
    // The search ends after so much work, in millions of elementary steps of its loops, which are counted and
    // not timed: a thousand of them take some ten seconds on one core.
    double work_limit = 1000;
    // Where it is given, the search ends after so many seconds, and not by the work limit. It is the one
    // option with which the same problem may get another plan when it is solved again.
    std::optional<framework::Seconds> time_limit{};
    // Static and synchronous are never slower than this plan, where it is one of their kind within budget and
    // capacity. Solve budgets in rising order, each from the plan of the one before, and time never rises
    // with DRAM; solve placements from the simplest on, and it never rises with freedom.
    const framework::Plan* start = nullptr;
    // Which mathematical program static and synchronous placement solve.
    Formulation formulation = Formulation::routes;
    // Result::program is wanted.
    bool keep_program = false;
};

}  // namespace optimizer
