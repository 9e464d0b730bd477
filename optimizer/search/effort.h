// What a solve has spent, and what ends it: work that is counted, or the clock where a time limit was given.
#pragma once

#include <algorithm>
#include <limits>

#include "optimizer/search/stopwatch.h"
#include "optimizer/solver_options.h"

namespace optimizer {

class Effort {
  public:
    explicit Effort(const SolverOptions& options)
        : timed_(options.time_limit.has_value()),
          limit_(timed_ ? *options.time_limit : 1e6 * options.work_limit) {}

    void spend(double steps) { steps_ += steps; }

    // Nobody looks at the clock without a time limit: the same problem then takes the same way.
    bool left() const { return timed_ ? watch_.seconds() < limit_ : steps_ < limit_; }
    bool timed() const { return timed_; }
    double steps_left() const {
        return timed_ ? std::numeric_limits<double>::infinity() : std::max(0.0, limit_ - steps_);
    }
    framework::Seconds seconds_left() const {
        return timed_ ? std::max(0.0, limit_ - watch_.seconds()) : std::numeric_limits<double>::infinity();
    }

    double work() const { return steps_ / 1e6; }  // as SolverOptions::work_limit counts
    framework::Seconds seconds() const { return watch_.seconds(); }

  private:
    bool timed_;
    double limit_;  // seconds, or steps
    double steps_ = 0;
    Stopwatch watch_;
};

}  // namespace optimizer
