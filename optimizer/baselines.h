// Placements without a solver: what training without a budget uses, and what the solvers are compared with.
#pragma once

#include "optimizer/problem.h"

namespace optimizer {

Result all_dram(const Problem& problem);  // infeasible where the budget is below the peak
Result all_slow(const Problem& problem);  // parameters too; kernels' scratch alone stays in DRAM

}  // namespace optimizer
