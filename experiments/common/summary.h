// A plan in two lines: its memory, time and bound; then how it was solved. In memory mode the second line is
// about the cache.
#pragma once

#include <string>

#include "experiments/common/planning.h"

namespace experiments {

// How good the plan is known to be: "proved within 0.08 % of the best", "stopped by time, proved within 2.10
// % of the best", "no plan fits".
std::string status_text(const optimizer::Result& result);

std::string summary(const ModelFlags& model, const PlacementFlags& flags, const PlannedNetwork& planned);

}  // namespace experiments
