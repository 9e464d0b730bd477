// A plan in two lines: what it takes and gains, and what it took to find it. In memory mode the second line
// is about the cache.
#pragma once

#include <string>

#include "experiments/common/planning.h"

namespace experiments {

std::string summary(const ModelFlags& model, const PlacementFlags& flags, const PlannedNetwork& planned);

}  // namespace experiments
