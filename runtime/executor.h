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
    framework::Seconds move = 0;   // for the copies before the kernel
    framework::Seconds kernel = 0;
};

struct IterationTime {
    framework::Seconds total = 0, kernels = 0, moves = 0;
};

class Executor {
  public:
    explicit Executor(Program& program);

    // Runs one iteration, with the team of threads that the kernels were made for; see on_team(). Allocates
    // nothing if the calling thread has such a team. Throws what a kernel throws (DataError for a label out
    // of range), and NonFiniteLoss, before any update, if the kept "loss" is not finite.
    IterationTime run(const Iteration& iteration);

    // From now on every instruction takes as long as the profile predicts; see Emulation. The profile must be
    // of this program's schedule.
    void emulate(const framework::Profile& profile);

    // From now on checks every copy, and fills the bytes of a residency with NaNs when it ends, so that a
    // plan that reads a wrong address is noticed; see MoveCheck. run() then throws KernelError for a faulty
    // copy.
    void check_moves();
    void observe(std::unique_ptr<Observer> observer) { observers_.push_back(std::move(observer)); }

    // From now on runs the instructions in this order; see framework::order_of().
    void run_in(std::vector<framework::InstructionId> order) { order_ = std::move(order); }

    // The value of the kept "loss" after the last run. Throws DataError if the graph keeps none.
    float loss() const;
    Program& program() const { return program_; }

    const framework::Indexed<framework::Step, StepTime>& steps() const { return times_; }  // of the last run
    // How many kernels have ended so far. Other threads may read it.
    const std::atomic<std::int64_t>& kernels_ended() const { return kernels_ended_; }
    // Whether the last iteration has thrown: then parameters and states may be partly updated.
    bool is_broken_off() const { return is_broken_off_; }

  private:
    IterationTime run_all(const Iteration& iteration);
    [[noreturn]] void report_non_finite(float loss, const Iteration& iteration);

    Program& program_;
    std::vector<framework::InstructionId> order_;
    std::vector<std::unique_ptr<Observer>> observers_;
    framework::TensorId loss_ = -1;  // -1: the graph keeps no loss
    framework::Step loss_step_ = -1;
    framework::Indexed<framework::Step, StepTime> times_;
    std::atomic<std::int64_t> kernels_ended_ = 0;
    bool is_broken_off_ = false;
};

}  // namespace runtime
