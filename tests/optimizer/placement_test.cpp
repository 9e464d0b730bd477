#include "optimizer/placement.h"

#include <doctest/doctest.h>

#include "framework/error.h"
#include "optimizer/feasibility.h"
#include "tests/support/brute_force.h"
#include "tests/support/random_graph.h"

using namespace framework;
using optimizer::Placement;
using optimizer::Problem;
using optimizer::solve;
using optimizer::Status;

namespace {

struct Case {
    Graph graph;
    Schedule schedule;
    Profile profile;

    Case(unsigned seed, int ops, support::Kernels kernels = support::Kernels::tables)
        : graph(support::random_graph(seed, ops)),
          schedule(graph),
          profile(support::random_profile(graph, schedule, seed, kernels)) {}
    Problem problem(double share, double gap = 0) const {
        return {
            graph, schedule, profile, static_cast<Bytes>(share * static_cast<double>(schedule.peak_bytes())),
            0,     gap,      10};
    }
};

void meets_brute_force(Placement placement, Seconds (*best)(const Problem&), int ops, unsigned seeds) {
    int exact = 0, cases = 0;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        CAPTURE(seed);
        const Case c(seed, ops);
        for (const double share : {0.0, 0.3, 0.5, 0.7, 0.9, 1.0}) {
            CAPTURE(share);
            const Problem problem = c.problem(share);
            const Seconds optimum = best(problem);
            const auto result = solve(placement, problem);
            REQUIRE(static_cast<bool>(result.plan) == (optimum >= 0));
            if (!result.plan) continue;
            const double rounding = 1e-9 * optimum;
            CHECK(result.bound_s <= optimum + rounding);
            CHECK(result.predicted_s >= optimum - rounding);
            ++cases;
            exact += result.predicted_s <= optimum * (1 + 1e-6) && result.gap < 1e-6;
            // Only addresses may stand between the placement and the optimum.
            if (result.refinements == 0) CHECK(result.predicted_s <= optimum * (1 + 1e-6));
        }
    }
    CHECK(exact >= 95 * cases / 100);
}

}  // namespace

TEST_CASE("placement: static is the best of all assignments of tiers") {
    meets_brute_force(Placement::static_, support::best_static, 7, 40);
}

TEST_CASE("placement: synchronous is the best of all itineraries") {
    meets_brute_force(Placement::synchronous, support::best_synchronous, 4, 16);
}

TEST_CASE("placement: more freedom and more DRAM are never slower, and heuristics never beat a bound") {
    for (unsigned seed = 0; seed < 6; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 40, support::Kernels::additive);
        Seconds last_static = 1e9, last_moving = 1e9;
        for (const double share : {0.2, 0.4, 0.6, 0.8, 1.0}) {
            CAPTURE(share);
            const Problem problem = c.problem(share, 1e-3);
            const auto fixed = solve(Placement::static_, problem),
                       moving = solve(Placement::synchronous, problem);
            const auto touch = solve(Placement::first_touch, problem),
                       greedy = solve(Placement::greedy, problem);
            if (!moving.plan) continue;
            const double slack = 1 + 1.1e-3;
            CHECK(moving.predicted_s <= fixed.predicted_s * slack);
            CHECK(moving.bound_s <= fixed.bound_s * slack);
            CHECK(fixed.bound_s <= touch.predicted_s * slack);
            CHECK(moving.bound_s <= greedy.predicted_s * slack);
            CHECK(fixed.predicted_s <= last_static * slack);
            CHECK(moving.predicted_s <= last_moving * slack);
            last_static = fixed.predicted_s;
            last_moving = moving.predicted_s;
        }
    }
}

TEST_CASE("placement: with all the DRAM there is to use nothing moves and nothing is slower") {
    for (unsigned seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 40, support::Kernels::additive);
        const auto dram = solve(Placement::dram, c.problem(1));
        for (const Placement placement : {Placement::static_, Placement::synchronous}) {
            const auto result = solve(placement, c.problem(1));
            CHECK(result.plan->moves.empty());
            CHECK(result.plan->slow_bytes == 0);
            CHECK(result.plan->dram_bytes == c.schedule.peak_bytes());
            CHECK(result.predicted_s == dram.predicted_s);
            CHECK(result.gap < 1e-12);
        }
    }
}

TEST_CASE(
    "placement: the smallest budget works, a byte less is refused with the kernel and the missing bytes") {
    for (unsigned seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 20);
        const auto least = optimizer::smallest_budget(c.graph, c.schedule);
        for (const Placement placement : optimizer::placements()) {
            if (placement == Placement::dram) continue;
            Problem problem = c.problem(0);
            problem.dram_budget = least.bytes;
            CHECK(solve(placement, problem).plan);
            if (least.bytes == 0) continue;
            problem.dram_budget -= 64;
            const auto refused = solve(placement, problem);
            CHECK(refused.status == Status::infeasible);
            CHECK(!refused.plan);
            CHECK(refused.reason.find(c.graph.op(c.schedule.op(least.step)).name) != std::string::npos);
            CHECK(refused.reason.find(std::to_string(least.bytes) + " bytes") != std::string::npos);
            CHECK(refused.reason.find("64 B more") != std::string::npos);
        }
    }
}

TEST_CASE("placement: out of time, a valid plan with its gap still comes back") {
    const Case c(5, 300);
    for (const Placement placement : {Placement::static_, Placement::synchronous}) {
        for (const Seconds limit : {0.0, 1e-4, 1e-2}) {
            Problem problem = c.problem(0.3);
            problem.time_limit = limit;
            const auto result = solve(placement, problem);
            REQUIRE(result.plan);
            CHECK(result.bound_s > 0);
            CHECK(result.bound_s <= result.predicted_s);
            CHECK(result.gap == doctest::Approx((result.predicted_s - result.bound_s) / result.predicted_s));
        }
    }
}

TEST_CASE("placement: the same problem gets the same plan") {
    const Case c(7, 100, support::Kernels::additive);
    CHECK(*solve(Placement::synchronous, c.problem(0.4, 1e-2)).plan ==
          *solve(Placement::synchronous, c.problem(0.4, 1e-2)).plan);
}

TEST_CASE("placement: slow memory that is too small is refused") {
    const Case c(7, 40);
    Problem problem = c.problem(0.3);
    problem.slow_capacity = 64;
    CHECK(solve(Placement::synchronous, problem).status == Status::infeasible);
    CHECK(!solve(Placement::synchronous, problem).reason.empty());
}

TEST_CASE("placement: names are read back, others are refused naming those there are") {
    for (const Placement placement : optimizer::placements()) {
        CHECK(optimizer::parse_placement(name_of(placement)) == placement);
    }
    CHECK_THROWS_WITH_AS(
        optimizer::parse_placement("fast"),
        "\"fast\" is no placement; there are dram, slow, first-touch, greedy, static, synchronous",
        UsageError);
}
