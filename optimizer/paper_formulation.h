// AutoTM's own model (Hildebrand et al. 2020, section 5): a network flow for each tensor, a binary for each
// tier assignment of each kernel, all of it given to branch and cut. Slow to solve: an oracle for small
// graphs, and what solve times are compared with.
#pragma once

#include "optimizer/problem.h"
#include "optimizer/route.h"

namespace optimizer {

// For at most ten operands a kernel. Where addresses do not fit the budget, status is infeasible, and
// predicted_s and bound_s are those of the placement. `write_lp`: the model goes to this file, unless it is
// empty.
Result paper_formulation(const Problem& problem, Freedom freedom, const std::string& write_lp = {});

}  // namespace optimizer
