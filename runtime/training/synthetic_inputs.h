// Inputs for a program that is only run to be timed.
#pragma once

#include "runtime/program.h"

namespace runtime {

<<<<<<< HEAD
// Images of noise in [−1, 1), labels that go through the classes in turn. Inputs share their bytes with what
// comes after their last use: they are written before each iteration, as a data loader would.
void fill_inputs(Program& program);
=======
// Fills images with noise in [−1, 1), and labels with the classes in turn. Call it before each iteration, as
// a data loader would: after their last use, other tensors reuse the bytes of the inputs.
void fill_inputs(const Program& program);
>>>>>>> 8963902c3b6ae6beacefc1acba33eebe3c57bde6

}  // namespace runtime
