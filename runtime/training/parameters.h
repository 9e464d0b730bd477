// What a program learns: how it begins, and how it is saved.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/program.h"

namespace runtime {

// Parameters and states, by tensor id: what lives across iterations.
std::vector<framework::TensorId> persistent_tensors(const framework::Graph& graph);

// Draws every parameter and state as its op says, from `seed` and the tensor's name alone.
void initialize(Program& program, std::uint64_t seed);

}  // namespace runtime
