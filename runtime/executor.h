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
    explicit Executor(const Program& program);

    // Runs all steps; allocates nothing. Throws what a kernel throws, a label out of range, and NonFiniteLoss
    // before anything is updated where the graph keeps a "loss" and it is no finite number.
    IterationTime run(const Iteration& iteration);

    const Program& program() const { return program_; }

    const std::vector<StepTime>& steps() const { return times_; }  // of the last run

  private:
    [[noreturn]] void report_non_finite(const Iteration& iteration);

    const Program& program_;
    const float* loss_ = nullptr;  // where the graph keeps one
    std::size_t loss_step_ = 0;
    std::vector<StepTime> times_;
};

}  // namespace runtime
