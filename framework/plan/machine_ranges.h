// Allowed ranges of a machine's numbers. Within them all arithmetic on sizes and times stays finite.
#pragma once

#include "framework/base/numbers.h"

namespace framework {

constexpr Interval<double> rate_range{1, 1e18};    // bytes or operations per second
constexpr Interval<double> latency_range{0, 1e3};  // seconds
constexpr Interval<double> traffic_range{0, 100};  // bytes moved for each byte used
constexpr Interval<double> share_range{0, 1};

}  // namespace framework
