// Inputs for a program that is run for its times alone.
#pragma once

#include "runtime/program.h"

namespace runtime {

// Images of noise in [−1, 1), labels that go through the classes in turn. Inputs share their bytes with what
// comes after their last use: they are written before each iteration, as a data loader would.
void fill_inputs(Program& program);

}  // namespace runtime
