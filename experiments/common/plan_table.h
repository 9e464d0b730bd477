// The table of a plan, or of its tensors that matter most.
#pragma once

#include <optional>
#include <string>

#include "framework/plan/plan.h"

namespace experiments {

// The part of `plan` about the `count` storages with the most bytes, where those of a storage that moves
// count once for each move more. A table of it has these rows.
framework::Plan top_of(const framework::Schedule& schedule, const framework::Plan& plan, std::size_t count);

// framework::print_plan() of all tensors, or of the `top` largest or most moved ones, with a line that says
// so.
std::string plan_table(const framework::Schedule& schedule, const framework::Plan& plan,
                       std::optional<int> top);

}  // namespace experiments
