// The problems in tests/data/problems: training iterations of five networks, lowered and timed once on one
// thread.
#pragma once

#include <string>
#include <vector>

#include "optimizer/proof/plan_file.h"

namespace support {

std::vector<std::string> saved_problems();  // "resnet18", ...
optimizer::StoredProblem saved_problem(const std::string& name);

}  // namespace support
