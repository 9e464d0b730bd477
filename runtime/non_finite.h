// Which kernel first had a result that is no finite number, in an iteration whose loss is none.
#pragma once

#include <string>

#include "runtime/program.h"

namespace runtime {

// After the kernel that has written the loss, before anything is updated: runs the forward pass again, step
// by step, where what it reads is still there.
std::string first_non_finite(const Program& program, const Iteration& iteration, framework::Step loss_step);

}  // namespace runtime
