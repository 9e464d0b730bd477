// Tensors may be spilled and prefetched while no kernel runs: produced in DRAM, streamed out, and back in
// time.
#pragma once

#include "optimizer/problem.h"

namespace optimizer {

Result moving_placement(const Problem& problem);

}  // namespace optimizer
