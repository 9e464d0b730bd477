// Search, addresses, and the cuts that bring them together: what static and moving placement share.
#pragma once

#include "optimizer/problem.h"
#include "optimizer/route.h"

namespace optimizer {

Result certified_placement(const Problem& problem, Freedom freedom);

}  // namespace optimizer
