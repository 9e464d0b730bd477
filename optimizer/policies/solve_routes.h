// Search, addresses, and the cuts that bring them together: what static and moving placement share.
#pragma once

#include "optimizer/model/route.h"
#include "optimizer/problem.h"

namespace optimizer {

// No slower than Problem::start, nor than any baseline of this freedom. Without a plan where the problem is
// infeasible (see feasibility.h); otherwise with one that keeps to the budget, but takes more slow memory
// than there is where none was found that does not.
Result solve_routes(const Problem& problem, Freedom freedom);

// The bound, the gap and the status that follow from it; throws std::logic_error for one above the plan's
// time by more than rounding.
void set_bound(Result& result, const Problem& problem, framework::Seconds bound);

bool allows(Freedom freedom, const framework::Plan& plan);  // static_: no storage is in two places

bool within_limits(const Problem& problem, const framework::Plan& plan);  // of both tiers

// Puts `plan` in the place of the result's where it is of that freedom and within the limits, and that one is
// slower or is not. The result has a plan.
void take_if_faster(Result& result, const Problem& problem, Freedom freedom, const framework::Plan& plan);

}  // namespace optimizer
