// Copies between tiers.
#pragma once

#include <cstddef>

#include "framework/units.h"

namespace runtime {

// Streams past the caches, on all threads: what is moved is not read again soon. Both addresses are multiples
// of 64; bytes beyond `bytes` are left alone.
void stream_copy(std::byte* to, const std::byte* from, framework::Bytes bytes);

}  // namespace runtime
