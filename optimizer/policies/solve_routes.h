// Search, addresses, and the cuts that bring them together: what static and moving placement share.
#pragma once

#include "optimizer/model/route.h"
#include "optimizer/search/effort.h"

namespace optimizer {

// No slower than SolverOptions::start, nor than any baseline of this freedom. The problem is feasible with
// this freedom (see feasibility.h). The plan keeps to the budget; it takes more slow memory than there is if
// no other was found.
Result solve_routes(const Instance& instance, Freedom freedom, const SolverOptions& options, Effort& effort);

// Sets the bound, and the gap and the status that follow from it. Throws std::logic_error for a bound above
// the plan's time by more than rounding.
void set_bound(Result& result, const Instance& instance, const SolverOptions& options,
               framework::Seconds bound);

// Sets work, seconds, and what ended the search (by the result's gap).
void set_effort(Result& result, const Effort& effort);

bool allows(Freedom freedom, const framework::Plan& plan);  // static_: no storage is in two places

bool within_limits(const Problem& problem, const framework::Plan& plan);  // of both tiers

// Replaces the result's plan by `plan` if `plan` is of that freedom and within the limits, and the result's
// is slower or beyond the limits. The result has a plan.
void take_if_faster(Result& result, const Instance& instance, Freedom freedom, const SolverOptions& options,
                    const framework::Plan& plan);

}  // namespace optimizer
