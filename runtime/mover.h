// Copies between tiers.
#pragma once

#include <cstddef>

#include "framework/units.h"

namespace runtime {

// Streams past the caches: what is moved is not read again soon. Both addresses are multiples of 64; bytes
// beyond `bytes` are left alone. `threads`: how many of the team copy, 0 for all of it; slow memory may take
// less from many writers than from a few.
void stream_copy(std::byte* to, const std::byte* from, framework::Bytes bytes, int threads = 0);

}  // namespace runtime
