#include "runtime/move_check.h"

#include <algorithm>
#include <cstring>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/passes/fuse.h"
#include "framework/plan/machine.h"
#include "models/models.h"
#include "optimizer/solve.h"
#include "runtime/executor.h"
#include "runtime/training/parameters.h"
#include "runtime/training/synthetic_inputs.h"

using namespace framework;

namespace {

// A network in two fifths of the DRAM that it needs, with moves both ways.
struct Moving {
    runtime::Lowered lowered =
        runtime::lower(fuse(models::training("resnet18", {.batch = 4, .image_size = 32, .classes = 10})));
    Schedule schedule{lowered.graph};
    Plan plan = *optimizer::solve(optimizer::Placement::synchronous,
                                  {.schedule = schedule,
                                   .profile = simulate(lowered.graph, schedule, load_machine("paper")),
                                   .dram_budget = schedule.peak_bytes() * 2 / 5})
                     .plan;
    runtime::Program program{lowered, schedule, plan,
                             runtime::open_slow_memory(runtime::emulated_memory, plan.slow_bytes)};

    // The first fetch of what was spilled before, and that spill.
    struct Pair {
        runtime::BoundMove spill, prefetch;
    };
    Pair spilled_and_fetched() const {
        for (auto there = program.steps().begin(); there != program.steps().end(); ++there) {
            for (const runtime::BoundMove& spill : there->before) {
                if (spill.towards != Tier::slow) continue;
                for (auto back = there + 1; back != program.steps().end(); ++back) {
                    for (const runtime::BoundMove& prefetch : back->before) {
                        if (prefetch.storage == spill.storage && prefetch.towards == Tier::dram)
                            return {spill, prefetch};
                    }
                }
            }
        }
        FAIL("the plan fetches nothing that it has spilled");
        return {};
    }
};

void copy(const runtime::BoundMove& move) {
    std::memcpy(move.to, move.from, static_cast<std::size_t>(move.bytes));
}

}  // namespace

TEST_CASE_FIXTURE(Moving, "move check: a copy that differs from its source is told") {
    runtime::MoveCheck check(program);
    const auto [spill, prefetch] = spilled_and_fetched();
    copy(spill);
    CHECK_NOTHROW(check.moved(spill));
    spill.to[spill.bytes - 1] ^= std::byte{1};
    CHECK_THROWS_WITH_AS(check.moved(spill), doctest::Contains("arrived changed"), KernelError);
}

TEST_CASE_FIXTURE(Moving, "move check: what changes in slow memory between spill and prefetch is told") {
    runtime::MoveCheck check(program);
    const auto [spill, prefetch] = spilled_and_fetched();
    copy(spill);
    check.moved(spill);
    copy(prefetch);
    CHECK_NOTHROW(check.moved(prefetch));
    spill.to[spill.bytes / 2] ^= std::byte{1};
    copy(prefetch);
    CHECK_THROWS_WITH_AS(check.moved(prefetch), doctest::Contains("since it was spilled"), KernelError);
    // Unless a kernel has written it there.
    for (int step = 0; step < schedule.steps(); ++step) {
        const auto& outputs = program.graph().op(schedule.op(step)).outputs;
        if (std::ranges::any_of(outputs,
                                [&](TensorId id) { return schedule.storage_of(id) == spill.storage; }))
            check.ran(step);
    }
    CHECK_NOTHROW(check.moved(prefetch));
}

TEST_CASE_FIXTURE(Moving, "move check: an executor leaves NaNs wherever a stay has ended") {
    runtime::initialize(program, 1);
    runtime::fill_inputs(program);
    runtime::Executor executor(program);
    executor.check_moves();
    executor.run({.number = 0, .seed = 1, .learning_rate = 0.01F});
    int seen = 0;
    for (const Residency& r : plan.residencies) {
        const auto end = [&](const Residency& of) {
            return of.offset + schedule.storages()[static_cast<std::size_t>(of.storage)].bytes;
        };
        const bool reused = std::ranges::any_of(plan.residencies, [&](const Residency& later) {
            return later.tier == r.tier && later.live.last > r.live.last && later.offset < end(r) &&
                   r.offset < end(later);
        });
        if (reused || r.live.last == schedule.steps()) continue;
        const runtime::Block& arena = r.tier == Tier::dram ? program.dram() : program.slow_memory().block;
        const auto* bytes = arena.data() + r.offset;
        CHECK(std::all_of(bytes, bytes + (end(r) - r.offset),
                          [](std::byte b) { return b == std::byte{0xFF}; }));
        ++seen;
    }
    CHECK(seen > 3);
}

// A spill may go to where another tensor's stay in slow memory has just ended.
TEST_CASE("move check: plans that hold pass it at any budget") {
    const Moving at;
    const Profile profile = simulate(at.lowered.graph, at.schedule, load_machine("paper"));
    for (int percent = 8; percent <= 60; percent += 4) {
        CAPTURE(percent);
        const auto found = optimizer::solve(optimizer::Placement::synchronous,
                                            {.schedule = at.schedule,
                                             .profile = profile,
                                             .dram_budget = at.schedule.peak_bytes() * percent / 100},
                                            {.gap = 0.05});
        if (!found.plan) continue;
        runtime::Program program(at.lowered, at.schedule, *found.plan,
                                 runtime::open_slow_memory(runtime::emulated_memory, found.plan->slow_bytes));
        runtime::initialize(program, 1);
        runtime::Executor executor(program);
        executor.check_moves();
        for (int number = 0; number < 2; ++number) {
            runtime::fill_inputs(program);
            CHECK_NOTHROW(executor.run({.number = number, .seed = 1, .learning_rate = 0.01F}));
        }
    }
}

TEST_CASE_FIXTURE(Moving, "executor: emulated, kernels and moves take what the profile adds, at the least") {
    runtime::initialize(program, 1);
    runtime::fill_inputs(program);
    runtime::Executor executor(program);
    constexpr Seconds per_operand = 2e-4, per_move = 3e-4;
    Profile profile{.kernels = {}, .to_dram = {per_move, 1e15}, .to_slow = {per_move, 1e15}};
    for (int step = 0; step < schedule.steps(); ++step) {
        KernelProfile& kernel = profile.kernels.emplace_back(KernelProfile{{{0, 0, 0}}});
        for (std::size_t i = 0; i < schedule.operands(step).size(); ++i)
            kernel.timings.push_back({TierMask{1} << i, per_operand, 0});
    }
    executor.emulate(profile);
    const runtime::IterationTime time = executor.run({.number = 0, .seed = 1, .learning_rate = 0.01F});
    Seconds delays = 0;
    for (int step = 0; step < schedule.steps(); ++step) {
        Seconds delay = 0;
        for (const int operand : schedule.operands(step)) {
            const int residency = residency_at(plan, operand, step);
            delay += (plan.residencies[static_cast<std::size_t>(residency)].tier == Tier::slow) * per_operand;
        }
        CHECK(executor.steps()[static_cast<std::size_t>(step)].kernel >= delay);
        delays += delay;
    }
    CHECK(delays > 0);
    CHECK(time.kernels >= delays);
    CHECK(time.moves >= static_cast<double>(plan.moves.size()) * per_move);
}
