// Seconds since it was made.
#pragma once

#include <chrono>

#include "framework/base/units.h"

namespace optimizer {

class Stopwatch {
  public:
    framework::Seconds seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace optimizer
