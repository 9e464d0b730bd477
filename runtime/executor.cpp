#include "runtime/executor.h"

#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>

#include "framework/base/error.h"
#include "runtime/emulation.h"
#include "runtime/move_check.h"
#include "runtime/non_finite.h"

namespace runtime {

using framework::Clock;
using framework::Copy;
using framework::InstructionId;
using framework::Launch;
using framework::Seconds;
using framework::since;

Executor::Executor(Program& program)
    : program_(program),
      order_(program.instructions().size()),
      loss_(program.graph().find("loss")),
      times_(static_cast<std::size_t>(program.schedule().steps())) {
    std::iota(order_.begin(), order_.end(), 0);
    if (loss_ < 0) return;
    loss_step_ = 0;
    while (program.schedule().op(loss_step_) != program.graph().tensor(loss_).producer) ++loss_step_;
}

float Executor::loss() const {
    float loss = 0;
    program_.device().wait();
    program_.get(program_.find("loss"), std::span(&loss, 1));
    return loss;
}

void Executor::report_non_finite(float loss, const Iteration& iteration) {
    framework::require<framework::NonFiniteLoss>(
        program_.graph().mode() == framework::Mode::training, "the loss is ", loss,
        " in evaluation: the parameters are not finite, or the inputs are not");
    const std::string first = first_non_finite(program_, iteration, loss_step_);
    throw framework::NonFiniteLoss(
        framework::text("the loss of iteration ", iteration.number, " is ", loss,
                        ": the first kernel with such a result is ", first,
                        "; no parameter was updated in this iteration; try a smaller --learning-rate or a "
                        "--warmup"));
}

void Executor::emulate(const framework::Profile& profile) {
    observe(std::make_unique<Emulation>(program_.instructions(), profile));
}

void Executor::check_moves() {
    observe(std::make_unique<MoveCheck>(program_));
}

IterationTime Executor::run(const Iteration& iteration) {
    is_broken_off_ = true;
    IterationTime time;
    const auto all = [&] { time = run_all(iteration); };
    program_.device().with_threads(program_.lowered().team, std::cref(all));
    is_broken_off_ = false;
    return time;
}

IterationTime Executor::run_all(const Iteration& iteration) {
    Device& device = program_.device();
    for (const auto& observer : observers_) observer->begins();
    IterationTime sum;
    Seconds moved = 0;  // since the last kernel
    const Clock::time_point begin = Clock::now();
    for (const InstructionId index : order_) {
        const auto& what = program_.instructions()[index].what;
        const Clock::time_point start = Clock::now();
        const auto* launch = std::get_if<Launch>(&what);
        if (launch) device.launch(program_.kernel(launch->step), iteration);
        if (const auto* copy = std::get_if<Copy>(&what)) device.copy(*copy);
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
        if (launch->step != loss_step_) continue;
        if (const float now = loss(); !std::isfinite(now)) report_non_finite(now, iteration);
    }
    device.wait();
    sum.total = since(begin);
    return sum;
}

}  // namespace runtime
