// Finds the first kernel with a non-finite result in an iteration whose loss is not finite.
#pragma once

#include <string>

#include "runtime/program.h"

namespace runtime {

// Must be called after the kernel that writes the loss (step `loss_step`) and before any update. Runs the
// forward pass again, step by step, skipping kernels whose inputs are overwritten by now. Returns the name
// and kind of the kernel found, such as "conv1 (conv2d)", or a phrase that says what is known instead.
std::string first_non_finite(const Program& program, const Iteration& iteration, framework::Step loss_step);

}  // namespace runtime
