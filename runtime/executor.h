// Executor: runs a Program, once per iteration, and times it.
#pragma once

#include <vector>

#include "framework/units.h"
#include "runtime/program.h"

namespace runtime {

struct StepTime {
    framework::Seconds start = 0;  // since the iteration began
    framework::Seconds move = 0;   // of the copies before the kernel
    framework::Seconds kernel = 0;
};

struct IterationTime {
    framework::Seconds total = 0, kernels = 0, moves = 0;
};

class Executor {
  public:
    explicit Executor(Program& program);

    // Runs all steps; allocates nothing. Throws what a kernel throws: a label out of range.
    IterationTime run(const Iteration& iteration);

    const std::vector<StepTime>& steps() const { return times_; }  // of the last run

  private:
    Program& program_;
    std::vector<StepTime> times_;
};

}  // namespace runtime
