// How much DRAM is available. Budgets are checked against it before anything runs.
#pragma once

#include "framework/base/units.h"

namespace runtime {

// Bytes that the system can give now without swapping, at most what the memory cgroups (version 1 or 2) of
// this process allow. The page cache counts as available.
framework::Bytes available_dram();

// Bytes of available_dram() that tensors may take. The rest of the program needs `beside_tensors`: code,
// kernels, images that are decoded ahead.
inline constexpr framework::Bytes beside_tensors = framework::Bytes{192} << 20;
framework::Bytes available_for_tensors();

}  // namespace runtime
