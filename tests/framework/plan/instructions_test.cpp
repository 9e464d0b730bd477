#include "framework/plan/instructions.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "framework/plan/places.h"
#include "framework/plan/race.h"
#include "framework/plan/timeline.h"
#include "optimizer/feasibility.h"
#include "optimizer/solve.h"
#include "tests/support/random_graph.h"
#include "tests/support/spread.h"

using namespace framework;

namespace {

// A random network under a plan with moves.
struct Planned {
    Graph graph;
    Schedule schedule;
    Profile profile;
    Plan plan;

    explicit Planned(unsigned seed)
        : graph(support::random_graph(seed, 12)),
          schedule(graph),
          profile(support::random_profile(schedule, seed)) {
        profile.copy[Tier::slow][Tier::dram].bytes_per_s = profile.copy[Tier::dram][Tier::slow].bytes_per_s =
            1e12;  // moves are worth it
        const Bytes budget = std::max(optimizer::smallest_budget(schedule).bytes, schedule.peak_bytes() / 2);
        plan = *optimizer::solve(optimizer::Placement::synchronous,
                                 {.schedule = schedule, .profile = profile, .dram_budget = budget})
                    .plan;
    }
};

// The same without one instruction, which must be a wait: it becomes one for nothing new.
std::vector<Instruction> without(std::vector<Instruction> all, std::size_t wait) {
    for (std::size_t i = wait + 1; i < all.size(); ++i) {
        auto* other = std::get_if<Wait>(&all[i].what);
        if (other && other->instruction > static_cast<int>(wait)) --other->instruction;
    }
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(wait));
    return all;
}

bool is_wait(const Instruction& instruction) {
    return std::holds_alternative<Wait>(instruction.what);
}

}  // namespace

TEST_CASE("instructions: every kernel once and in order, every move before the kernel of its step") {
    int moves = 0;
    for (unsigned seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        const Planned p(seed);
        const Places places(p.schedule, p.plan);
        Step step = 0;
        auto move = p.plan.moves.begin();
        for (const Instruction& instruction : compile(p.schedule, p.plan)) {
            CHECK(instruction.stream == Stream::compute);
            if (const auto* launch = std::get_if<Launch>(&instruction.what)) {
                CHECK(launch->step == step);
                ++step;
                for (std::size_t i = 0; i < p.schedule.operands(launch->step).size(); ++i) {
                    const ResidencyId at =
                        residency_at(p.plan, p.schedule.operands(launch->step)[i], launch->step);
                    CHECK(at == places.at(p.schedule.operands(launch->step)[i], launch->step));
                    const bool slow = p.plan.residencies[at].tier == Tier::slow;
                    CHECK((launch->slow >> i & 1U) == slow);
                }
            }
            if (const auto* copy = std::get_if<Copy>(&instruction.what)) {
                REQUIRE(move != p.plan.moves.end());
                CHECK(move->due == step);
                CHECK(move->storage == copy->storage);
                CHECK(move->to == copy->to);
                CHECK(copy->from != copy->to);
                CHECK(copy->bytes == p.schedule.storages()[copy->storage].bytes);
                ++move;
                ++moves;
            }
        }
        CHECK(step == p.schedule.steps());
        CHECK(move == p.plan.moves.end());
    }
    CHECK(moves > 20);
}

TEST_CASE("timeline: in one stream it is the sum of kernels and copies") {
    for (unsigned seed = 0; seed < 30; ++seed) {
        const Planned p(seed);
        Seconds sum = 0;
        for (Step step = 0; step < p.schedule.steps(); ++step)
            sum += p.profile.kernels[step].seconds(Places(p.schedule, p.plan).slow_operands(step));
        for (const Move& move : p.plan.moves)
            sum += p.profile.copy[move.from][move.to].seconds(p.schedule.storages()[move.storage].bytes);
        CHECK(predicted_seconds(p.schedule, p.plan, p.profile) == doctest::Approx(sum));
    }
}

TEST_CASE("timeline: streams run side by side, and a wait ends with what it waits for") {
    const Profile profile{.kernels = {{{{0, 3, 0}}}, {{{0, 2, 0}}}},
                          .copy = framework::copy_costs({0, 1}, {0, 1})};
    const Copy out{.storage = 0, .from = Tier::dram, .to = Tier::slow, .bytes = 7};
    const std::vector<Instruction> all{{Stream::compute, Launch{0}}, {Stream::out, Wait{0}},
                                       {Stream::out, out},           {Stream::compute, Launch{1}},
                                       {Stream::compute, Wait{2}},   {Stream::compute, Launch{0}}};
    const Timeline timeline = play(all, profile);
    const auto at = [&](int i) { return timeline.instructions[i]; };
    CHECK(at(0).end == 3);
    CHECK(at(1).end == 3);
    CHECK(at(2).start == 3);
    CHECK(at(2).end == 10);
    CHECK(at(3).start == 3);
    CHECK(at(3).end == 5);
    CHECK(at(4).end == 10);
    CHECK(at(5).end == 13);
    CHECK(timeline.end == 13);
}

TEST_CASE("race: one stream has none; spread over three it has none while every wait is there") {
    int waits = 0;
    for (unsigned seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        const Planned p(seed);
        CHECK(race(compile(p.schedule, p.plan), p.schedule, p.plan) == "");
        std::vector<Instruction> all = support::spread(p.schedule, p.plan);
        CHECK(race(all, p.schedule, p.plan) == "");
        for (std::size_t i = all.size(); i-- > 0;) {  // a wait may follow from others
            if (is_wait(all[i]) && race(without(all, i), p.schedule, p.plan).empty()) all = without(all, i);
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!is_wait(all[i])) continue;
            CHECK(race(without(all, i), p.schedule, p.plan).find("neither waits for the other") !=
                  std::string::npos);
            ++waits;
        }
        for (const CopiesRun copies : {CopiesRun::early, CopiesRun::late}) {
            const std::vector<InstructionId> order = order_of(all, copies);
            REQUIRE(order.size() == all.size());
            std::vector<std::size_t> place(all.size());
            for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
            for (std::size_t i = 0; i < all.size(); ++i) {
                if (const auto* wait = std::get_if<Wait>(&all[i].what))
                    CHECK(place[wait->instruction] < place[i]);
                for (std::size_t j = 0; j < i; ++j) {
                    if (all[j].stream == all[i].stream) CHECK(place[j] < place[i]);
                }
            }
        }
    }
    CHECK(waits > 50);
}

TEST_CASE("race: a wait for what comes later, or for the own stream, is named") {
    const Planned p(1);
    for (const Instruction wrong :
         {Instruction{Stream::out, Wait{1}}, {Stream::out, Wait{2}}, {Stream::out, Wait{-1}}}) {
        const std::vector<Instruction> all{wrong, {Stream::out, Wait{0}}, {Stream::compute, Launch{0}}};
        CHECK(race(all, p.schedule, p.plan).find("does not come before it") != std::string::npos);
    }
}
