// Tensors may be spilled and prefetched while no kernel runs: produced in DRAM, streamed out, and back in
// time.
#pragma once

#include "optimizer/model/instance.h"
#include "optimizer/solver_options.h"

namespace optimizer {

Result moving_placement(const Instance& instance, const SolverOptions& options);

}  // namespace optimizer
