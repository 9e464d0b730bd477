// A plan in two lines: its memory, time and bound; then how it was solved. In memory mode the second line is
// about the cache.
#pragma once

#include <string>

#include "experiments/common/planning.h"

namespace experiments {

std::string summary(const ModelFlags& model, const PlacementFlags& flags, const PlannedNetwork& planned);

}  // namespace experiments
