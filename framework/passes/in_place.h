// Results written over what nobody reads any more.
#pragma once

#include "framework/graph/graph.h"

namespace framework {

// Marks ops whose result can be written over an operand that nobody reads later: ReLU, sums, dropout, and
// their and batch norm's backward ops.
void reuse_in_place(Graph& graph);

}  // namespace framework
