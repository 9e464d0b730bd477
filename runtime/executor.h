// Executor: runs a Program, once per iteration, and times it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "framework/plan/profile.h"
#include "runtime/observer.h"
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

    // Runs all steps with the team that the kernels were made for, see on_team(); allocates nothing where the
    // calling thread has it. Throws what a kernel throws, a label out of range, and NonFiniteLoss before
    // anything is updated where the graph keeps a "loss" and it is no finite number.
    IterationTime run(const Iteration& iteration);

    // From now on every instruction takes as long as the profile, which is of this program's schedule,
    // predicts: emulation. See Emulation.
    void emulate(const framework::Profile& profile);

    // From now on every move is checked, and what a tensor leaves behind is filled with NaNs, so that a plan
    // which reads the wrong place cannot go unnoticed. run() throws KernelError.
    void check_moves();
    void observe(std::unique_ptr<Observer> observer) { observers_.push_back(std::move(observer)); }

    // From now on instructions run in this order; see framework::order_of().
    void run_in(std::vector<framework::InstructionId> order) { order_ = std::move(order); }

    Program& program() const { return program_; }

    const framework::Indexed<framework::Step, StepTime>& steps() const { return times_; }  // of the last run
    // How many kernels have ended so far; another thread may look.
    const std::atomic<std::int64_t>& kernels_ended() const { return kernels_ended_; }
    // An iteration has thrown: what lives across iterations is neither as before it nor as after it.
    bool is_broken_off() const { return is_broken_off_; }

  private:
    IterationTime run_all(const Iteration& iteration);
    float loss() const;
    [[noreturn]] void report_non_finite(float loss, const Iteration& iteration);

    Program& program_;
    std::vector<framework::InstructionId> order_;
    std::vector<std::unique_ptr<Observer>> observers_;
    framework::TensorId loss_ = -1;  // where the graph keeps one
    framework::Step loss_step_ = -1;
    framework::Indexed<framework::Step, StepTime> times_;
    std::atomic<std::int64_t> kernels_ended_ = 0;
    bool is_broken_off_ = false;
};

}  // namespace runtime
