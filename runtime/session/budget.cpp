#include "runtime/session/budget.h"

#include <algorithm>

#include "runtime/memory/available_memory.h"

namespace runtime::session {

using framework::Bytes;

FreeDram free_dram() {
    const Bytes free = available_dram(), tensors = std::max<Bytes>(0, free - beside_tensors);
    return {.free = free, .budget = tensors - tensors / 20};
}

Placement placement_for(const Network& network, Bytes dram) {
    return dram >= network.all_dram_bytes ? Placement::dram : Placement::synchronous;
}

}  // namespace runtime::session
