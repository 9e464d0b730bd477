// A kernel of nGraph as a graph with one op of ours that computes the same, so that a machine model can
// predict its time.
#pragma once

#include <optional>
#include <vector>

#include "experiments/paper/published.h"
#include "framework/graph/graph.h"
#include "framework/plan/profile.h"

namespace experiments {

struct Counterpart {
    framework::Graph graph;  // sources, and the op
    // The graph's tensor for each operand of nGraph's kernel, inputs before outputs; -1 if our op has no such
    // operand.
    std::vector<framework::TensorId> tensors;

    // The placement of a timing, as a mask over the operands of the graph's only step.
    framework::TierMask slow(const PublishedKernel::Timing& timing) const;
};

// Returns nothing if we have no such op. Strides and paddings are inferred from the sizes.
std::optional<Counterpart> counterpart_of(const PublishedKernel& kernel);

}  // namespace experiments
