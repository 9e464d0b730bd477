// What a saved plan claims, against what its own times, machine and certificate come to; without a solver.
#pragma once

#include "optimizer/proof/plan_file.h"

namespace optimizer {

// Throws DataError for a plan that does not hold or is not of its placement's kind, for simulated or emulated
// times that are not the machine's, for another time than the plan's, and for a certificate that shows
// nothing. Sets the bound to what the certificate shows, and gap and status to what follows.
void check(SavedPlan& saved, const framework::Graph& graph, const framework::Schedule& schedule);

}  // namespace optimizer
