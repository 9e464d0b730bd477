// Fewer passes over memory: ops that run as one.
#pragma once

#include "framework/graph/graph.h"

namespace framework {

// A graph that computes the same to float rounding, with
//   conv [+ bias] → relu         as one conv2d,            linear → relu   as one linear,
//   batch_norm → relu            as one batch_norm, in the backward pass too,
//   add → relu                   as one add,
//   flatten → linear             as one linear (whose kernel reads x in any layout).
// The ReLU's backward op reads its result, which is there: nothing else is kept for it.
Graph fuse(const Graph& graph);

}  // namespace framework
