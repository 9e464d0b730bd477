// Joins ops that one kernel can run, which saves passes over memory.
#pragma once

#include "framework/graph/graph.h"

namespace framework {

// Returns a graph that computes the same up to float rounding, with
//   conv [+ bias] → relu         as one conv2d,            linear → relu   as one linear,
//   batch_norm → relu            as one batch_norm, in the backward pass too,
//   add → relu                   as one add,
//   flatten → linear             as one linear (whose kernel reads x in any layout).
// The ReLU's backward op reads the ReLU's result, which the joined op also has, so nothing more is kept for
// it.
Graph fuse(const Graph& graph);

}  // namespace framework
