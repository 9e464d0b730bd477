#include "optimizer/solve.h"

#include <algorithm>
#include <atomic>
#include <span>
#include <thread>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "optimizer/addresses/plan_builder.h"
#include "optimizer/feasibility.h"
#include "tests/support/brute_force.h"
#include "tests/support/random_graph.h"

using namespace framework;
using optimizer::Placement;
using optimizer::Problem;
using optimizer::solve;
using optimizer::SolverOptions;
using optimizer::Status;
using optimizer::Stopped;

namespace {

struct Case {
    Schedule schedule;
    Profile profile;

    Case(unsigned seed, int ops, support::Kernels kernels = support::Kernels::tables,
         int percent_dram_uses = 0)
        : schedule(
              support::with_dram_uses(Schedule(support::random_graph(seed, ops)), seed, percent_dram_uses)),
          profile(support::random_profile(schedule, seed, kernels)) {}
    Problem problem(double share) const {
        return {schedule, profile, static_cast<Bytes>(share * static_cast<double>(schedule.peak_bytes()))};
    }
};

// Of a plan's two arenas.
std::pair<Bytes, Bytes> heights(const Plan& plan) {
    return {plan.arena[Tier::dram], plan.arena[Tier::slow]};
}
std::pair<Bytes, Bytes> live(const Plan& plan, const Schedule& schedule) {
    std::pair<Bytes, Bytes> most;
    for (Step step = 0; step < schedule.steps(); ++step) {
        Bytes dram = 0, slow = 0;
        for (const Residency& r : plan.residencies) {
            if (!r.live.holds(step)) continue;
            (r.tier == Tier::dram ? dram : slow) += aligned(schedule.storages()[r.storage].bytes);
        }
        most = {std::max(most.first, dram), std::max(most.second, slow)};
    }
    return most;
}

void meets_brute_force(Placement placement, Seconds (*best)(const Problem&), int ops, unsigned seeds,
                       int percent_dram_uses) {
    int exact = 0, cases = 0;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        CAPTURE(seed);
        const Case c(seed, ops, support::Kernels::tables, percent_dram_uses);
        for (const double share : {0.0, 0.3, 0.5, 0.7, 0.9, 1.0}) {
            CAPTURE(share);
            const Problem problem = c.problem(share);
            const Seconds optimum = best(problem);
            const auto result = solve(placement, problem, {.gap = 0});
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
    meets_brute_force(Placement::static_, support::best_static, 7, 40, 0);
    meets_brute_force(Placement::static_, support::best_static, 7, 40, 10);
}

TEST_CASE("placement: synchronous is the best of all itineraries") {
    meets_brute_force(Placement::synchronous, support::best_synchronous, 4, 16, 0);
    meets_brute_force(Placement::synchronous, support::best_synchronous, 4, 24, 25);
}

TEST_CASE("placement: more freedom and more DRAM are never slower, not even within the gap") {
    for (const double gap : {0.01, 0.05}) {
        for (unsigned seed = 0; seed < 8; ++seed) {
            CAPTURE(seed);
            CAPTURE(gap);
            const Case c(seed, 30, gap < 0.02 ? support::Kernels::additive : support::Kernels::tables);
            std::optional<Plan> last_static, last_moving;
            Seconds last_static_s = 1e9, last_moving_s = 1e9;
            for (const double share : {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0}) {
                CAPTURE(share);
                const Problem problem = c.problem(share);
                const auto from = [&](const std::optional<Plan>& start) {
                    return SolverOptions{.gap = gap, .start = start ? &*start : nullptr};
                };
                const auto fixed = solve(Placement::static_, problem, from(last_static));
                if (!fixed.plan) continue;
                CHECK(fixed.predicted_s <= solve(Placement::first_touch, problem).predicted_s);
                CHECK(fixed.predicted_s <= solve(Placement::slow, problem).predicted_s);
                CHECK(fixed.predicted_s <= last_static_s);

                const auto alone = solve(Placement::synchronous, problem, {.gap = gap});
                CHECK(alone.predicted_s <= solve(Placement::static_, problem, {.gap = gap}).predicted_s);
                CHECK(alone.predicted_s <= solve(Placement::greedy, problem).predicted_s);
                const auto moving = solve(Placement::synchronous, problem, from(last_moving));
                CHECK(moving.predicted_s <= alone.predicted_s);
                CHECK(moving.predicted_s <= last_moving_s);
                for (const auto* result : {&fixed, &alone, &moving}) {
                    CHECK(result->bound_s <= result->predicted_s);
                    CHECK(result->gap == doctest::Approx(1 - result->bound_s / result->predicted_s));
                }
                CHECK(moving.bound_s <= fixed.predicted_s);
                last_static = fixed.plan;
                last_moving = moving.plan;
                last_static_s = fixed.predicted_s;
                last_moving_s = moving.predicted_s;
            }
        }
    }
}

TEST_CASE("placement: a start is taken where it is better, and only where it is of the kind asked for") {
    const Case c(5, 300);
    const Plan moving = *solve(Placement::synchronous, c.problem(0.3), {.gap = 0.1}).plan;
    const Seconds moving_s = predicted_seconds(c.problem(0.3), moving);
    REQUIRE(!moving.moves.empty());
    const SolverOptions hasty{.work_limit = 0, .start = &moving};
    Problem problem = c.problem(0.3);
    CHECK(solve(Placement::synchronous, problem, hasty).predicted_s <= moving_s);
    CHECK(solve(Placement::static_, problem, hasty).plan->moves.empty());
    problem.dram_budget = moving.arena[Tier::dram] - 1;  // too large
    CHECK(*solve(Placement::synchronous, problem, hasty).plan != moving);
}

TEST_CASE("placement: a plan's time read off the plan is what its solver predicted") {
    for (unsigned seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 30);
        for (const Placement placement : optimizer::placements()) {
            const Problem problem = c.problem(placement == Placement::dram ? 1 : 0.4);
            const auto result = solve(placement, problem, {.gap = 0.05});
            if (result.plan)
                CHECK(predicted_seconds(problem, *result.plan) == doctest::Approx(result.predicted_s));
        }
    }
}

TEST_CASE("placement: random graphs at random budgets: every plan holds, both arenas without a gap") {
    int cases = 0, exact = 0;
    for (unsigned seed = 0; seed < 24; ++seed) {
        CAPTURE(seed);
        const Case c(seed + 100, 10 + static_cast<int>(seed), support::Kernels::tables,
                     seed % 2 == 0 ? 0 : 15);
        for (const double share : {0.15, 0.35, 0.55, 0.75, 0.95}) {
            for (const Placement placement : optimizer::placements()) {
                const Problem problem = c.problem(share);
                const auto result = solve(placement, problem, {.gap = 0.05});
                if (!result.plan) continue;
                CHECK(validate(c.schedule, *result.plan, problem.dram_budget) == "");
                ++cases;
                exact += heights(*result.plan) == live(*result.plan, c.schedule);
            }
        }
    }
    CHECK(exact >= 97 * cases / 100);  // a dozen tensors in a few bytes may have no layout without a gap
}

TEST_CASE("placement: with all the DRAM there is to use nothing moves and nothing is slower") {
    for (unsigned seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 40, support::Kernels::additive);
        const auto dram = solve(Placement::dram, c.problem(1));
        for (const Placement placement : {Placement::static_, Placement::synchronous}) {
            const auto result = solve(placement, c.problem(1));
            CHECK(result.plan->moves.empty());
            CHECK(result.plan->arena[Tier::slow] == 0);
            CHECK(result.plan->arena[Tier::dram] == c.schedule.peak_bytes());
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
        const auto least = optimizer::smallest_budget(c.schedule);
        for (const Placement placement : optimizer::placements()) {
            if (placement == Placement::dram) continue;
            Problem problem = c.problem(0);
            problem.dram_budget = least.bytes;
            CHECK(solve(placement, problem).plan);
            if (least.bytes == 0) continue;
            for (const Bytes missing : {1, 64}) {
                problem.dram_budget = least.bytes - missing;
                const auto refused = solve(placement, problem);
                CHECK(refused.status == Status::infeasible);
                CHECK(!refused.plan);
                const auto says = [&](const std::string& words) {
                    return refused.reason.find(words) != std::string::npos;
                };
                CHECK(says(c.schedule.kernel(least.step)));
                for (const int operand : c.schedule.operands(least.step)) {
                    CHECK(says(c.schedule.storages()[operand].name));
                }
                CHECK(says(std::to_string(missing) + " B more"));
                CHECK(
                    says("the smallest budget that works is --dram " + optimizer::budget_text(least.bytes)));
            }
        }
    }
}

TEST_CASE("budget: its text is read back as the least size of its unit that is enough") {
    CHECK(optimizer::budget_text(0) == "0B");
    CHECK(optimizer::budget_text(10239) == "10239B");
    CHECK(optimizer::budget_text(10241) == "11KiB");
    CHECK(optimizer::budget_text((Bytes{246} << 20) + 1) == "247MiB");
    CHECK(optimizer::budget_text(Bytes{120} << 30) == "120GiB");
    for (Bytes bytes = 1; bytes < Bytes{1} << 45; bytes += bytes / 7 + 1) {
        const Bytes read = framework::parse_bytes(optimizer::budget_text(bytes), "--dram");
        CHECK(read >= bytes);
        CHECK(read - bytes <= bytes / 10);
    }
}

TEST_CASE(
    "placement: the smallest budget works with uses that DRAM alone serves, unless tensors stay for life") {
    int refused = 0;
    for (unsigned seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 20, support::Kernels::tables, 20);
        Problem problem = c.problem(0);
        problem.dram_budget = optimizer::smallest_budget(c.schedule).bytes;
        for (const Placement placement : {Placement::greedy, Placement::synchronous}) {
            const auto result = solve(placement, problem);
            REQUIRE(result.plan);
            CHECK(validate(c.schedule, *result.plan, problem.dram_budget) == "");
        }
        for (const Placement placement : {Placement::slow, Placement::first_touch, Placement::static_}) {
            const auto result = solve(placement, problem);
            if (result.plan) continue;
            ++refused;
            CHECK(result.reason.find("is there for life") != std::string::npos);
            const std::string budget = result.reason.substr(result.reason.find("--dram ") + 7);
            const auto digits = budget.find_first_not_of("0123456789");
            const std::string less = std::to_string(std::stoll(budget) - 1) + budget.substr(digits);
            problem.dram_budget = framework::parse_bytes(budget, "--dram");
            CHECK(solve(placement, problem).plan);
            problem.dram_budget = framework::parse_bytes(less, "--dram");
            CHECK_FALSE(solve(placement, problem).plan);
            problem.dram_budget = optimizer::smallest_budget(c.schedule).bytes;
        }
        for (double share = 0.9; share > 0.2; share -= 0.1) {
            const Problem more = c.problem(share);
            const auto slow = solve(Placement::slow, more);
            if (!slow.plan) continue;
            for (const Residency& r : slow.plan->residencies)
                CHECK((r.tier == Tier::dram) == c.schedule.storages()[r.storage].needs_dram());
        }
    }
    CHECK(refused > 40);
}

TEST_CASE("placement: stopped by time or by the work limit, a valid plan with its gap still comes back") {
    const Case c(5, 300);
    const auto holds = [](const optimizer::Result& result) {
        REQUIRE(result.plan);
        CHECK(result.bound_s > 0);
        CHECK(result.bound_s <= result.predicted_s);
        CHECK(result.gap == doctest::Approx((result.predicted_s - result.bound_s) / result.predicted_s));
    };
    for (const Placement placement : {Placement::static_, Placement::synchronous}) {
        for (const Seconds limit : {0.0, 1e-4, 1e-2}) {
            const auto result = solve(placement, c.problem(0.3), {.gap = 0, .time_limit = limit});
            holds(result);
            CHECK((result.stopped == Stopped::time_limit || result.gap == 0));
        }
        for (const double limit : {0.0, 0.01, 0.1, 1.0, 10.0}) {
            const auto result = solve(placement, c.problem(0.3), {.gap = 0, .work_limit = limit});
            holds(result);
            CHECK((result.stopped == Stopped::work_limit || result.gap == 0));
        }
    }
}

TEST_CASE("placement: what stopped the search is said") {
    const Case c(5, 300);
    const auto stopped = [&](Placement placement, double share, const SolverOptions& options) {
        return text_of(solve(placement, c.problem(share), options).stopped);
    };
    CHECK(stopped(Placement::synchronous, 0.3, {.gap = 0.5}) == std::string("the gap asked for is met"));
    CHECK(stopped(Placement::synchronous, 0.3, {.gap = 0, .work_limit = 1}) ==
          std::string("stopped after its usual amount of work"));
    CHECK(stopped(Placement::synchronous, 0.3, {.gap = 0, .time_limit = 0}) ==
          std::string("stopped by time"));
    CHECK(stopped(Placement::greedy, 0.3, {}) == std::string("found without a search"));
    CHECK(stopped(Placement::dram, 0.3, {}) == std::string("no plan fits"));
}

TEST_CASE("placement: the same problem gets the same plan and certificate, also where the machine is busy") {
    const Case c(7, 200);
    for (const Placement placement : {Placement::static_, Placement::synchronous}) {
        const Problem problem = c.problem(0.4);
        const SolverOptions options{.gap = 1e-6, .work_limit = 20};
        const optimizer::Result first = solve(placement, problem, options);
        std::atomic<bool> done = false;
        std::vector<std::jthread> busy;
        for (int i = 0; i < 4; ++i) {
            busy.emplace_back([&] {
                while (!done) {
                }
            });
        }
        const optimizer::Result second = solve(placement, problem, options);
        done = true;
        CHECK(print_plan(c.schedule, *first.plan) == print_plan(c.schedule, *second.plan));
        CHECK(*first.plan == *second.plan);
        CHECK(first.work == second.work);
        CHECK(first.stopped == second.stopped);
        const auto cases = [](const optimizer::Result& result) {
            return std::span(result.certificate.cases);
        };
        REQUIRE(cases(first).size() == cases(second).size());
        for (std::size_t i = 0; i < cases(first).size(); ++i) {
            const auto &a = cases(first)[i], &b = cases(second)[i];
            CHECK(a.under == b.under);
            CHECK(a.proof->price == b.proof->price);
            CHECK(*a.proof->kernels == *b.proof->kernels);
        }
    }
}

TEST_CASE("placement: slow memory that is too small is refused") {
    const Case c(7, 40);
    Problem problem = c.problem(0.3);
    problem.slow_capacity = 64;
    const auto result = solve(Placement::synchronous, problem);
    CHECK(result.status == Status::infeasible);
    CHECK(result.reason.find("with that much more room") != std::string::npos);
}

TEST_CASE(
    "placement: where the best plan takes too much slow memory, one that fits is found or the refusal says "
    "how much DRAM needs none") {
    int taken = 0, refused = 0;
    for (unsigned seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 40);
        Problem problem = c.problem(0.5);
        const SolverOptions options{.gap = 0.02};
        const auto best = solve(Placement::synchronous, problem, options);
        if (!best.plan) continue;
        problem.slow_capacity = std::max<Bytes>(1, best.plan->arena[Tier::slow] - 1);
        for (const Placement placement : {Placement::static_, Placement::synchronous}) {
            const auto result = solve(placement, problem, options);
            result.plan ? ++taken : ++refused;
            if (result.plan) {
                CHECK(result.plan->arena[Tier::slow] <= problem.slow_capacity);
                CHECK(result.predicted_s >= best.bound_s);
            } else {
                CHECK(result.reason.find("of slow memory") != std::string::npos);
                const bool way_out = result.reason.find("none is needed") != std::string::npos ||
                                     result.reason.find("with that much more room") != std::string::npos;
                CHECK_MESSAGE(way_out, result.reason);
            }
        }
    }
    CHECK(taken > 0);
    CHECK(refused > 0);
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

TEST_CASE("placement: AutoTM's own formulation has the same optimum") {
    for (unsigned seed = 0; seed < 12; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 4, support::Kernels::tables, seed % 2 == 0 ? 0 : 20);
        for (const double share : {0.0, 0.4, 0.7, 1.0}) {
            CAPTURE(share);
            const Problem problem = c.problem(share);
            if (!optimizer::infeasible_reason(problem).empty()) continue;
            if (!optimizer::for_life_reason(optimizer::Instance(problem)).empty()) continue;
            const SolverOptions ours{.gap = 0};
            const SolverOptions theirs{.gap = 0, .formulation = optimizer::Formulation::paper};
            const auto ours_fixed = solve(Placement::static_, problem, ours);
            const auto ours_moving = solve(Placement::synchronous, problem, ours);
            const auto fixed = solve(Placement::static_, problem, theirs);
            const auto moving = solve(Placement::synchronous, problem, theirs);
            const auto agree = [](const auto& ours, const auto& theirs, Seconds best) {
                // Only addresses may stand between a placement and the optimum.
                if (theirs.refinements == 0) CHECK(theirs.predicted_s == doctest::Approx(best));
                if (ours.refinements == 0) CHECK(ours.predicted_s == doctest::Approx(best));
                CHECK(theirs.bound_s == doctest::Approx(best));
            };
            agree(ours_fixed, fixed, support::best_static(problem));
            agree(ours_moving, moving, support::best_synchronous(problem));
            CHECK(validate(c.schedule, *moving.plan, problem.dram_budget) == "");
        }
    }
}

TEST_CASE("placement: a kernel with more operands than AutoTM's formulation is built for is named") {
    Graph graph;
    std::vector<TensorId> parts;
    for (int i = 0; i < 12; ++i)
        parts.push_back(
            graph.add(Input{{{1, 1, 4, 4}, DType::f32}}, std::vector<TensorId>(), text("x", i)).front());
    graph.keep("y", graph.add(Concat{}, parts, "join").front());
    const Schedule schedule(graph);
    const Profile profile = support::random_profile(schedule, 1, support::Kernels::additive);
    const Problem problem{.schedule = schedule, .profile = profile, .dram_budget = 500};
    CHECK(solve(Placement::synchronous, problem).plan);
    const auto refused =
        solve(Placement::synchronous, problem, {.formulation = optimizer::Formulation::paper});
    CHECK_FALSE(refused.plan);
    CHECK(refused.reason.find("join") != std::string::npos);
    CHECK(refused.reason.find("13 operands") != std::string::npos);
}
