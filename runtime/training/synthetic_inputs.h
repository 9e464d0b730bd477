// Inputs for a program that is only run to be timed.
#pragma once

#include "runtime/program.h"

namespace runtime {

// Fills images with noise in [−1, 1), and labels with the classes in turn. Call it before each iteration, as
// a data loader would: after their last use, other tensors reuse the bytes of the inputs.
void fill_inputs(Program& program);

}  // namespace runtime
