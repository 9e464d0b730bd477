// Small random graphs and profiles, for what must hold on all of them: sources, chains, joins, updates in
// place.
#pragma once

#include "framework/graph/graph.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"

namespace support {

// Ops at random on (1, C, 1, 1) tensors of a few sizes; with `updates`, parameters that Sgd writes in place.
framework::Graph random_graph(unsigned seed, int ops, bool updates = true);

enum class Kernels {
    additive,  // each operand in slow memory adds its own time
    tables     // as they come: the largest of the operands' times, sums, noise
};
framework::Profile random_profile(const framework::Graph& graph, const framework::Schedule& schedule,
                                  unsigned seed, Kernels kernels = Kernels::tables);

}  // namespace support
