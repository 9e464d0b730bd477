// Seconds since it was made, and what is left of a limit.
#pragma once

#include <chrono>

#include "framework/base/units.h"

namespace optimizer {

class Stopwatch {
  public:
    explicit Stopwatch(framework::Seconds limit) : limit_(limit) {}

    framework::Seconds seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    framework::Seconds left() const { return limit_ - seconds(); }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    framework::Seconds limit_;
};

}  // namespace optimizer
