// A plan in two lines: what it takes and gains, and what it took to find it.
#pragma once

#include <string>

#include "experiments/common/session.h"

namespace experiments {

std::string summary(const ModelFlags& model, const PlacementFlags& flags, const Planned& planned);

}  // namespace experiments
