// A kernel of nGraph's as a graph of the one op of ours that does the same, so that a machine model can say
// what it takes.
#pragma once

#include <optional>
#include <vector>

#include "experiments/paper/published.h"
#include "framework/graph/graph.h"
#include "framework/plan/profile.h"

namespace experiments {

struct Counterpart {
    framework::Graph graph;  // sources, and the op
    // Tensors of the graph by nGraph's operand, inputs before outputs; -1 for one that our op does without.
    std::vector<framework::TensorId> tensors;

    // The placement of a timing, by operand of the kernel's only step.
    framework::TierMask slow(const PublishedKernel::Timing& timing) const;
};

// Empty where we have no such op. Strides and paddings are taken from the sizes.
std::optional<Counterpart> counterpart_of(const PublishedKernel& kernel);

}  // namespace experiments
