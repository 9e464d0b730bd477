// Copies bytes between tiers.
#pragma once

#include <cstddef>

#include "framework/base/units.h"
#include "framework/plan/plan.h"
#include "runtime/memory/tier_memory.h"

namespace runtime {

// Copies a spill into `slow` or a prefetch out of it. Copies bypass the caches, since the bytes are not read
// again soon; a plain file is read and written by file operations. Both addresses must be multiples of 64.
// Never writes beyond `bytes`. `threads`: how many threads of the team copy, 0 for all; some kinds of slow
// memory are faster with few writers than with many. Throws OutOfTierMemory if a file cannot be read or
// written.
void move_bytes(const Block& slow, framework::Tier towards, std::byte* to, const std::byte* from,
                framework::Bytes bytes, int threads = 0);

}  // namespace runtime
