// AutoTM's own model (Hildebrand et al. 2020, section 5): a network flow for each tensor, a binary for each
// tier placement of each kernel, all of it given to branch and cut. Slow to solve: an oracle for small
// graphs, and what solve times are compared with.
#pragma once

#include "optimizer/model/route.h"
#include "optimizer/solver_options.h"

namespace optimizer {

// Where addresses do not fit, what sticks out of the budget is taken off the room there and all is solved
// again, as AutoTM did. Infeasible, with the reason, also for a kernel of more than twelve operands.
Result paper_formulation(const Instance& instance, Freedom freedom, const SolverOptions& options);

}  // namespace optimizer
