#include "runtime/executor.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "runtime/host/mover.h"
#include "runtime/host/team.h"

namespace runtime {

using framework::Clock;
using framework::Seconds;
using framework::since;

namespace {

// Spins: a sleep would be too coarse for kernels of microseconds. All threads do, as they would be busy in a
// kernel that waits for its memory: none falls asleep and has to be woken by the next kernel.
void wait_until(Clock::time_point start, Seconds seconds) {
    if (since(start) >= seconds) return;
#pragma omp parallel
    while (since(start) < seconds) {
    }
}

}  // namespace

Executor::Executor(const Program& program) : program_(program), times_(program.steps().size()) {
    const framework::TensorId loss = program.graph().find("loss");
    if (loss < 0) return;
    loss_ = program.floats("loss");
    while (program.schedule().op(static_cast<int>(loss_step_)) != program.graph().tensor(loss).producer)
        ++loss_step_;
}

// Whether, up to the loss, something has been written over what a storage held at the iteration's start.
bool Executor::is_overwritten(int storage) const {
    const framework::Plan& plan = program_.plan();
    const auto bytes = [&](const framework::Residency& r) {
        return program_.schedule().storages()[static_cast<std::size_t>(r.storage)].bytes;
    };
    const framework::Residency& held =
        plan.residencies[static_cast<std::size_t>(framework::residency_at_start(plan, storage))];
    return std::ranges::any_of(plan.residencies, [&](const framework::Residency& later) {
        return later.tier == held.tier && later.offset < held.offset + bytes(held) &&
               held.offset < later.offset + bytes(later) && later.live.first >= held.live.last &&
               later.live.first <= static_cast<int>(loss_step_);
    });
}

// Whether what the kernel of `step` writes stays where it is until the loss is known.
bool Executor::keeps_results(int step) const {
    return std::ranges::all_of(program_.graph().op(program_.schedule().op(step)).outputs, [&](int output) {
        const int at = framework::residency_at(program_.plan(), program_.schedule().storage_of(output), step);
        return program_.plan().residencies[static_cast<std::size_t>(at)].live.last >
               static_cast<int>(loss_step_);
    });
}

// Nothing was updated so far, so that the forward pass can run again, step by step, where what it reads is
// still there.
std::string Executor::first_non_finite(const Iteration& iteration) {
    const framework::Graph& graph = program_.graph();
    for (std::size_t step = 0; step <= loss_step_; ++step) {
        const auto at = static_cast<int>(step);
        const framework::OpNode& node = graph.op(program_.schedule().op(at));
        const bool is_lost = std::ranges::any_of(node.inputs, [&](framework::TensorId input) {
            return framework::is_source(graph.op(graph.tensor(input).producer).op) &&
                   is_overwritten(program_.schedule().storage_of(input));
        });
        if (is_lost && !keeps_results(at))
            return "one from " + node.name + " on: what that reads is overwritten by now";
        const BoundKernel& kernel = *program_.steps()[step].kernel;
        moves_before(step);
        if (!is_lost) kernel.execute(iteration);
        for (std::size_t slot = 0; slot < node.outputs.size(); ++slot) {
            const framework::TensorNode& tensor = graph.tensor(node.outputs[slot]);
            if (tensor.role == framework::Role::scratch || tensor.type.dtype != framework::DType::f32)
                continue;
            const auto* values = reinterpret_cast<const float*>(kernel.out[slot]);
            const auto count = static_cast<std::size_t>(tensor.bytes) / sizeof(float);
            if (!std::all_of(values, values + count, [](float value) { return std::isfinite(value); }))
                return node.name + " (" + framework::kind_of(node.op) + ")";
        }
    }
    return "the loss itself";
}

void Executor::report_non_finite(const Iteration& iteration) {
    framework::require<framework::NonFiniteLoss>(
        program_.graph().mode() == framework::Mode::training, "the loss is ", *loss_,
        " outside of training: what was learned holds no finite numbers");
    const float loss = *loss_;  // which the forward pass writes again
    throw framework::NonFiniteLoss(framework::text(
        "the loss of iteration ", iteration.number, " is ", loss, ": the first kernel with such a result is ",
        first_non_finite(iteration),
        "; no parameter was updated in this iteration; try a smaller --learning-rate or a --warmup"));
}

void Executor::emulate(const framework::Profile& profile) {
    std::vector<framework::TierMask> slow;
    for (int step = 0; step < program_.schedule().steps(); ++step)
        slow.push_back(program_.slow_operands(step));
    emulate(profile, slow);
}

void Executor::emulate(const framework::Profile& profile, std::span<const framework::TierMask> slow) {
    copy_as(profile.to_dram, profile.to_slow);
    delays_.clear();
    for (std::size_t step = 0; step < slow.size(); ++step) {
        const framework::KernelProfile& kernel = profile.kernels[step];
        delays_.push_back(std::max(0.0, kernel.seconds(slow[step]) - kernel.seconds(0)));
    }
}

void Executor::copy_as(const framework::CopyCost& to_dram, const framework::CopyCost& to_slow) {
    to_dram_ = to_dram;
    to_slow_ = to_slow;
}

void Executor::move(const BoundMove& move) {
    const Clock::time_point start = Clock::now();
    const bool spill = move.towards == framework::Tier::slow;
    const framework::CopyCost& cost = spill ? to_slow_ : to_dram_;
    const Block& slow = program_.slow_memory().block;
    move_bytes(slow, move.towards, move.to, move.from, move.bytes, cost.threads);
    if (spill && writes_back_) slow.begin_write_back(move.to - slow.data(), move.bytes);
    if (!delays_.empty()) wait_until(start, cost.seconds(move.bytes));
    if (check_) check_->moved(move);
}

void Executor::moves_before(std::size_t step) {
    const std::vector<BoundMove>& moves = program_.steps()[step].before;
    const auto prefetches = std::ranges::find(moves, framework::Tier::dram, &BoundMove::towards);
    if (check_) check_->vacate(framework::Tier::slow, static_cast<int>(step));
    std::for_each(moves.begin(), prefetches, [&](const BoundMove& spill) { move(spill); });
    if (check_) check_->vacate(framework::Tier::dram, static_cast<int>(step));
    std::for_each(prefetches, moves.end(), [&](const BoundMove& prefetch) { move(prefetch); });
}

IterationTime Executor::run(const Iteration& iteration) {
    is_broken_off_ = true;
    const IterationTime time = on_team(program_.lowered().team, [&] { return run_steps(iteration); });
    is_broken_off_ = false;
    return time;
}

IterationTime Executor::run_steps(const Iteration& iteration) {
    IterationTime sum;
    const Clock::time_point begin = Clock::now();
    for (std::size_t step = 0; step < times_.size(); ++step) {
        const BoundStep& bound = program_.steps()[step];
        StepTime& time = times_[step];
        time.start = since(begin);
        moves_before(step);
        time.move = bound.before.empty() ? 0 : since(begin) - time.start;
        const Clock::time_point moved = Clock::now();
        bound.kernel->execute(iteration);
        if (!delays_.empty()) wait_until(moved, since(moved) + delays_[step]);
        time.kernel = since(moved);
        ++kernels_ended_;
        if (check_) check_->ran(static_cast<int>(step));
        if (loss_ && step == loss_step_ && !std::isfinite(*loss_)) report_non_finite(iteration);
        sum.moves += time.move;
        sum.kernels += time.kernel;
    }
    const Seconds computed = since(begin);
    for (const BoundMove& last : program_.last_moves()) move(last);
    sum.total = since(begin);
    if (!program_.last_moves().empty()) sum.moves += sum.total - computed;
    return sum;
}

}  // namespace runtime
