// Writes results over operands that no later op reads.
#pragma once

#include "framework/graph/graph.h"

namespace framework {

// Marks results that can be written over an operand that no later op reads. It considers ReLU, sums, dropout,
// their backward ops, and the backward op of batch norm.
void reuse_in_place(Graph& graph);

}  // namespace framework
