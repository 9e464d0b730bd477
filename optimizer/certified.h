// Search, addresses, and the cuts that bring them together: what static and moving placement share.
#pragma once

#include "optimizer/problem.h"
#include "optimizer/route.h"

namespace optimizer {

// No slower than Problem::start, nor than any baseline of this freedom.
Result certified_placement(const Problem& problem, Freedom freedom);

// Puts `plan` into the result where it is of that freedom, within budget and capacity, and faster than what
// is there.
void take_if_faster(Result& result, const Problem& problem, Freedom freedom, const framework::Plan& plan);

}  // namespace optimizer
