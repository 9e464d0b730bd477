// Small random graphs and profiles, for tests of what must hold on all: sources, chains, joins, updates in
// place.
#pragma once

#include "framework/graph/graph.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"

namespace support {

// A graph of random ops on (1, C, 1, 1) tensors of a few sizes; with `updates`, also parameters that Sgd
// writes in place.
framework::Graph random_graph(unsigned seed, int ops, bool updates = true);

// The same schedule without its graph. Of its uses a few, `percent` of them, are served by DRAM alone.
framework::Schedule with_dram_uses(const framework::Schedule& schedule, unsigned seed, int percent);

enum class Kernels {
    additive,  // each operand in slow memory adds its own time
    tables     // random rules: the largest of the operands' times, their sum, or the sum with noise
};
framework::Profile random_profile(const framework::Schedule& schedule, unsigned seed,
                                  Kernels kernels = Kernels::tables);

}  // namespace support
