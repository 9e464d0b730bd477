// The judge of graphs: what must hold of any graph, whatever made it.
#pragma once

#include <string>

#include "framework/graph/graph.h"

namespace framework {

// The first fault as a sentence, empty if there is none: results that are not what the op infers from its
// operands, a value that is read before it is made or after another was written over it, a kept tensor that
// is none, two sources of one name.
std::string fault_of(const Graph& graph);

}  // namespace framework
