// The tensors that live across iterations, and their initial values.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/program.h"

namespace runtime {

// The ids of all tensors that live across iterations: parameters and states.
std::vector<framework::TensorId> persistent_tensors(const framework::Graph& graph);

// Sets every parameter and state to the initial values that its op describes. Random values depend only on
// `seed` and the tensor's name.
void initialize(Program& program, std::uint64_t seed);

}  // namespace runtime
