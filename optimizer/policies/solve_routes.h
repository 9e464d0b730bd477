// Search, addresses, and the cuts that bring them together: what static and moving placement share.
#pragma once

#include "optimizer/model/route.h"
#include "optimizer/search/effort.h"

namespace optimizer {

// No slower than SolverOptions::start, nor than any baseline of this freedom. The problem is feasible (see
// feasibility.h): the plan keeps to the budget, but takes more slow memory than there is where none was found
// that does not.
Result solve_routes(const Instance& instance, Freedom freedom, const SolverOptions& options, Effort& effort);

// The bound, the gap and the status that follow from it; throws std::logic_error for one above the plan's
// time by more than rounding.
void set_bound(Result& result, const Instance& instance, const SolverOptions& options,
               framework::Seconds bound);

// What was spent, and what ended the search, by the result's gap.
void set_effort(Result& result, const Effort& effort);

bool allows(Freedom freedom, const framework::Plan& plan);  // static_: no storage is in two places

bool within_limits(const Problem& problem, const framework::Plan& plan);  // of both tiers

// Puts `plan` in the place of the result's where it is of that freedom and within the limits, and that one is
// slower or is not. The result has a plan.
void take_if_faster(Result& result, const Instance& instance, Freedom freedom, const SolverOptions& options,
                    const framework::Plan& plan);

}  // namespace optimizer
