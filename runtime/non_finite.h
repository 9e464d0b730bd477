// Which kernel first had a result that is no finite number, in an iteration whose loss is none.
#pragma once

#include <functional>
#include <string>

#include "runtime/program.h"

namespace runtime {

// After the kernel that has written the loss, before anything is updated: runs the forward pass again, step
// by step, where what it reads is still there. `copy` performs the copy of an instruction.
std::string first_non_finite(const Program& program, const Iteration& iteration, int loss_step,
                             const std::function<void(const framework::Copy&)>& copy);

}  // namespace runtime
