// The clock that everything is timed with.
#pragma once

#include <chrono>

#include "framework/base/units.h"

namespace framework {

using Clock = std::chrono::steady_clock;

inline Seconds since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace framework
