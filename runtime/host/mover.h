// Copies between tiers.
#pragma once

#include <cstddef>

#include "framework/base/units.h"
#include "framework/plan/plan.h"
#include "runtime/memory/tier_memory.h"

namespace runtime {

// A spill into `slow`, or a prefetch out of it. What is moved is not read again soon: copies stream past the
// caches, and a plain file is read and written as one. Both addresses are multiples of 64; bytes beyond
// `bytes` are left alone. `threads`: how many of the team copy, 0 for all of it; slow memory may take less
// from many writers than from a few. Throws OutOfTierMemory where a file cannot be read or written.
void move_bytes(const Block& slow, framework::Tier towards, std::byte* to, const std::byte* from,
                framework::Bytes bytes, int threads = 0);

}  // namespace runtime
