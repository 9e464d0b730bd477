#include "runtime/move_check.h"

#include <algorithm>
#include <cstring>
#include <map>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/passes/fuse.h"
#include "framework/plan/machine.h"
#include "framework/plan/race.h"
#include "models/models.h"
#include "optimizer/addresses/plan_builder.h"
#include "optimizer/solve.h"
#include "runtime/executor.h"
#include "runtime/training/parameters.h"
#include "runtime/training/synthetic_inputs.h"
#include "tests/support/run_graph.h"
#include "tests/support/spread.h"

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
    runtime::Program program = support::bind(lowered, schedule, plan);

    // The first fetch of what was spilled before, and that spill: indices of instructions.
    struct Pair {
        InstructionId spill = -1, prefetch = -1;
    };
    Pair spilled_and_fetched() const {
        std::map<StorageId, InstructionId> spilled;
        for (const InstructionId i : ids_of(program.instructions())) {
            const auto* copy = std::get_if<Copy>(&program.instructions()[i].what);
            if (!copy) continue;
            if (copy->to == Tier::slow) {
                spilled[copy->storage] = i;
            } else if (const auto found = spilled.find(copy->storage); found != spilled.end()) {
                return {found->second, i};
            }
        }
        FAIL("the plan fetches nothing that it has spilled");
        return {};
    }

    const Copy& copy_at(InstructionId instruction) const {
        return std::get<Copy>(program.instructions()[instruction].what);
    }
    std::byte* target(InstructionId instruction) const {
        const Copy& copy = copy_at(instruction);
        return program.device().at(copy.to, copy.to_offset);
    }
    void perform(InstructionId instruction) const { program.device().copy(copy_at(instruction)); }
};

}  // namespace

TEST_CASE_FIXTURE(Moving, "move check: a copy that differs from its source is told") {
    runtime::MoveCheck check(program);
    const auto [spill, prefetch] = spilled_and_fetched();
    perform(spill);
    target(spill)[copy_at(spill).bytes - 1] ^= std::byte{1};
    CHECK_THROWS_WITH_AS(check.ended(spill, {}), doctest::Contains("arrived changed"), KernelError);
    perform(spill);
    CHECK_NOTHROW(check.ended(spill, {}));
}

TEST_CASE_FIXTURE(Moving, "move check: what changes in slow memory between spill and prefetch is told") {
    runtime::MoveCheck check(program);
    const auto [spill, prefetch] = spilled_and_fetched();
    perform(spill);
    check.ended(spill, {});
    target(spill)[copy_at(spill).bytes / 2] ^= std::byte{1};
    perform(prefetch);
    CHECK_THROWS_WITH_AS(check.ended(prefetch, {}), doctest::Contains("since it was spilled"), KernelError);
    // Unless a kernel has written it there.
    for (std::size_t i = 0; i < program.instructions().size(); ++i) {
        const auto* launch = std::get_if<Launch>(&program.instructions()[i].what);
        if (!launch) continue;
        const auto& outputs = program.graph().op(schedule.op(launch->step)).outputs;
        const auto is_spilled = [&](TensorId id) {
            return schedule.storage_of(id) == copy_at(spill).storage;
        };
        if (std::ranges::any_of(outputs, is_spilled)) check.ended(static_cast<int>(i), {});
    }
    perform(prefetch);
    CHECK_NOTHROW(check.ended(prefetch, {}));
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
            return of.offset + schedule.storages()[of.storage].bytes;
        };
        const bool reused = std::ranges::any_of(plan.residencies, [&](const Residency& later) {
            return later.tier == r.tier && later.live.last > r.live.last && later.offset < end(r) &&
                   r.offset < end(later);
        });
        if (reused || r.live.last == schedule.steps()) continue;
        const std::byte* bytes = program.device().at(r.tier, r.offset);
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
        runtime::Program program = support::bind(at.lowered, at.schedule, *found.plan);
        runtime::initialize(program, 1);
        runtime::Executor executor(program);
        executor.check_moves();
        for (int number = 0; number < 2; ++number) {
            runtime::fill_inputs(program);
            CHECK_NOTHROW(executor.run({.number = number, .seed = 1, .learning_rate = 0.01F}));
        }
    }
}

TEST_CASE_FIXTURE(Moving,
                  "executor: copies beside kernels, as early or as late as waits allow, change no loss") {
    const auto losses = [&](runtime::Program& of, const std::vector<framework::InstructionId>& order) {
        runtime::initialize(of, 1);
        runtime::Executor executor(of);
        executor.check_moves();
        if (!order.empty()) executor.run_in(order);
        std::vector<float> all;
        for (int number = 0; number < 3; ++number) {
            runtime::fill_inputs(of);
            executor.run({.number = number, .seed = 1, .learning_rate = 0.01F});
            of.get(of.find("loss"), std::span(&all.emplace_back(), 1));
        }
        return all;
    };
    runtime::Program in_dram = support::bind(lowered, schedule, optimizer::everything_in_dram(schedule));
    const std::vector<float> expected = losses(in_dram, {});
    CHECK(losses(program, {}) == expected);
    program.run_by(support::spread(schedule, plan));
    CHECK(race(program.instructions(), schedule, plan) == "");
    for (const CopiesRun copies : {CopiesRun::early, CopiesRun::late})
        CHECK(losses(program, order_of(program.instructions(), copies)) == expected);
}

TEST_CASE_FIXTURE(Moving, "executor: emulated, kernels and moves take what the profile adds, at the least") {
    runtime::initialize(program, 1);
    runtime::fill_inputs(program);
    runtime::Executor executor(program);
    constexpr Seconds per_operand = 2e-4, per_move = 3e-4;
    Profile profile{.kernels = {}, .copy = framework::copy_costs({per_move, 1e15}, {per_move, 1e15})};
    for (Step step = 0; step < schedule.steps(); ++step) {
        KernelProfile& kernel = profile.kernels.emplace_back(KernelProfile{{{0, 0, 0}}});
        for (std::size_t i = 0; i < schedule.operands(step).size(); ++i)
            kernel.timings.push_back({TierMask{1} << i, per_operand, 0});
    }
    executor.emulate(profile);
    const runtime::IterationTime time = executor.run({.number = 0, .seed = 1, .learning_rate = 0.01F});
    Seconds delays = 0;
    for (Step step = 0; step < schedule.steps(); ++step) {
        Seconds delay = 0;
        for (const int operand : schedule.operands(step)) {
            const int residency = residency_at(plan, operand, step);
            delay += (plan.residencies[residency].tier == Tier::slow) * per_operand;
        }
        CHECK(executor.steps()[step].kernel >= delay);
        delays += delay;
    }
    CHECK(delays > 0);
    CHECK(time.kernels >= delays);
    CHECK(time.moves >= static_cast<double>(plan.moves.size()) * per_move);
}
