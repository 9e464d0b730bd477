// A tensor keeps one tier for life: nothing is copied, kernels read and write slow memory where they must.
#pragma once

#include "optimizer/problem.h"

namespace optimizer {

Result static_placement(const Problem& problem);

}  // namespace optimizer
