// How much DRAM there is to take: what a budget is checked against before anything runs.
#pragma once

#include "framework/base/units.h"

namespace runtime {

// What the system could give now without swapping, and no more than the memory cgroups (version 1 or 2) of
// this process leave it. Copies of files that the system keeps do not count: they make way.
framework::Bytes available_dram();

// Of that, what tensors may have: the rest of a program takes some, its code, its kernels and images read
// ahead.
inline constexpr framework::Bytes beside_tensors = framework::Bytes{192} << 20;
framework::Bytes available_for_tensors();

}  // namespace runtime
