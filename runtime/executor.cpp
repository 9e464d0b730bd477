#include "runtime/executor.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "framework/base/error.h"
#include "runtime/emulation.h"
#include "runtime/host/mover.h"
#include "runtime/host/team.h"
#include "runtime/move_check.h"
#include "runtime/non_finite.h"

namespace runtime {

using framework::Clock;
using framework::Copy;
using framework::Launch;
using framework::Seconds;
using framework::since;

Executor::Executor(const Program& program)
    : program_(program),
      order_(program.instructions().size()),
      times_(static_cast<std::size_t>(program.schedule().steps())) {
    std::iota(order_.begin(), order_.end(), 0);
    const framework::TensorId loss = program.graph().find("loss");
    if (loss < 0) return;
    loss_ = program.floats("loss");
    loss_step_ = 0;
    while (program.schedule().op(loss_step_) != program.graph().tensor(loss).producer) ++loss_step_;
}

void Executor::report_non_finite(const Iteration& iteration) {
    framework::require<framework::NonFiniteLoss>(
        program_.graph().mode() == framework::Mode::training, "the loss is ", *loss_,
        " outside of training: what was learned holds no finite numbers");
    const float loss = *loss_;  // which the forward pass writes again
    const std::string first =
        first_non_finite(program_, iteration, loss_step_, [&](const Copy& move) { copy(move); });
    throw framework::NonFiniteLoss(
        framework::text("the loss of iteration ", iteration.number, " is ", loss,
                        ": the first kernel with such a result is ", first,
                        "; no parameter was updated in this iteration; try a smaller --learning-rate or a "
                        "--warmup"));
}

void Executor::emulate(const framework::Profile& profile) {
    copy_as(profile.copy);
    observe(std::make_unique<Emulation>(program_.instructions(), profile));
}

void Executor::check_moves() {
    observe(std::make_unique<MoveCheck>(program_));
}

void Executor::copy_as(const framework::CopyCosts& costs) {
    to_dram_threads_ = costs[framework::Tier::slow][framework::Tier::dram].threads;
    to_slow_threads_ = costs[framework::Tier::dram][framework::Tier::slow].threads;
}

void Executor::copy(const Copy& copy) const {
    const bool spill = copy.to == framework::Tier::slow;
    std::byte* to = program_.at(copy.to, copy.to_offset) + copy.begin;
    const std::byte* from = program_.at(copy.from, copy.from_offset) + copy.begin;
    const Block& slow = program_.slow_memory().block;
    move_bytes(slow, copy.to, to, from, copy.bytes, spill ? to_slow_threads_ : to_dram_threads_);
    if (spill && writes_back_) slow.begin_write_back(to - slow.data(), copy.bytes);
}

IterationTime Executor::run(const Iteration& iteration) {
    is_broken_off_ = true;
    const IterationTime time = on_team(program_.lowered().team, [&] { return run_all(iteration); });
    is_broken_off_ = false;
    return time;
}

IterationTime Executor::run_all(const Iteration& iteration) {
    for (const auto& observer : observers_) observer->begins();
    IterationTime sum;
    Seconds moved = 0;  // since the last kernel
    const Clock::time_point begin = Clock::now();
    for (const framework::InstructionId index : order_) {
        const auto& what = program_.instructions()[index].what;
        const Clock::time_point start = Clock::now();
        const auto* launch = std::get_if<Launch>(&what);
        if (launch) program_.kernel(launch->step).execute(iteration);
        if (const auto* move = std::get_if<Copy>(&what)) copy(*move);
        for (const auto& observer : observers_) observer->ended(index, start);
        const Seconds took = since(start);
        (launch ? sum.kernels : sum.moves) += took;
        if (!launch) {
            moved += took;
            continue;
        }
        times_[launch->step] = {std::chrono::duration<double>(start - begin).count() - moved, moved, took};
        moved = 0;
        ++kernels_ended_;
        if (launch->step == loss_step_ && !std::isfinite(*loss_)) report_non_finite(iteration);
    }
    sum.total = since(begin);
    return sum;
}

}  // namespace runtime
