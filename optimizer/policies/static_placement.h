// A tensor keeps one tier for life: nothing is copied, kernels read and write slow memory where they must.
#pragma once

#include "optimizer/model/instance.h"
#include "optimizer/solver_options.h"

namespace optimizer {

// Infeasible where what a kernel must find in DRAM does not fit there for life.
Result static_placement(const Instance& instance, const SolverOptions& options);

}  // namespace optimizer
