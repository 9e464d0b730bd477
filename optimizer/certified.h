// Search, addresses, and the cuts that bring them together: what static and moving placement share.
#pragma once

#include "optimizer/problem.h"
#include "optimizer/route.h"

namespace optimizer {

// No slower than Problem::start, nor than any baseline of this freedom. A plan always comes back unless DRAM
// is too little; where slow memory is, a plan that takes more than there is.
Result certified_placement(const Problem& problem, Freedom freedom);

// Puts `plan` in the place of the result's where it is of that freedom, within budget and capacity, and that
// one is slower or is not.
void take_if_faster(Result& result, const Problem& problem, Freedom freedom, const framework::Plan& plan);

}  // namespace optimizer
