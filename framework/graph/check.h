// Checks what must hold of every graph, whatever made it.
#pragma once

#include <string>

#include "framework/graph/graph.h"

namespace framework {

// Returns the first fault as a sentence; empty if there is none. Faults are: a result that is not what its op
// infers from the operands; a value that is read before it is computed, or after another value was written
// over it; a kept tensor that does not exist; two sources with the same name.
std::string fault_of(const Graph& graph);

}  // namespace framework
