#include "optimizer/proof/certificate.h"

#include <random>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "optimizer/proof/check.h"
#include "optimizer/proof/plan_file.h"
#include "optimizer/solve.h"
#include "tests/support/brute_force.h"
#include "tests/support/random_graph.h"

using namespace framework;
using namespace optimizer;

namespace {

// Of every second seed with uses that DRAM alone serves.
struct Case {
    Schedule schedule;
    Profile profile;

    Case(unsigned seed, int ops, support::Kernels kernels = support::Kernels::tables)
        : schedule(support::with_dram_uses(Schedule(support::random_graph(seed, ops)), seed,
                                           seed % 2 == 0 ? 0 : 10)),
          profile(support::random_profile(schedule, seed, kernels)) {}
    Problem problem(double share) const {
        return {.schedule = schedule,
                .profile = profile,
                .dram_budget = static_cast<Bytes>(share * static_cast<double>(schedule.peak_bytes()))};
    }
};

// The same with each proof changed.
optimizer::Certificate changed(const optimizer::Certificate& certificate, const auto& change) {
    optimizer::Certificate other = certificate;
    for (optimizer::Certificate::Case& one : other.cases) {
        Proof proof = *one.proof;
        KernelFunctions functions = *proof.kernels;
        change(proof.price, functions);
        proof.kernels = std::make_shared<KernelFunctions>(std::move(functions));
        one.proof = std::make_shared<Proof>(std::move(proof));
    }
    return other;
}

}  // namespace

TEST_CASE(
    "certificate: every placement has one, which shows its bound or a little less, and never too much") {
    for (unsigned seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 5);
        for (const double share : {0.3, 0.6, 1.0}) {
            CAPTURE(share);
            const Problem problem = c.problem(share);
            const Seconds moving = support::best_synchronous(problem), fixed = support::best_static(problem);
            for (const Placement placement : placements()) {
                CAPTURE(name_of(placement));
                const auto result = solve(placement, problem, {.gap = 0});
                if (!result.plan) continue;
                const Seconds shown = proved_bound(problem, result.certificate);
                CHECK(result.certificate.moving == (placement != Placement::static_));
                CHECK(shown <= (result.certificate.moving ? moving : fixed) * (1 + 1e-9));
                CHECK(shown <= result.bound_s * (1 + 1e-9));
                CHECK(shown > 0);
                CHECK(result.bound_s <= result.predicted_s);
            }
        }
    }
}

TEST_CASE("certificate: of additive kernels, the search's is as high as the bound of its program") {
    for (unsigned seed = 0; seed < 10; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 40, support::Kernels::additive);
        const Problem problem = c.problem(0.5);
        // No branches: the first bound is good enough.
        const auto result = solve(Placement::synchronous, problem, {.gap = 1});
        REQUIRE(result.plan);
        CHECK(proved_bound(problem, result.certificate) == doctest::Approx(result.bound_s).epsilon(1e-6));
    }
}

TEST_CASE(
    "certificate: any prices make a bound that no plan is below; functions above a kernel are refused") {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> factor(0, 3);
    for (unsigned seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 5);
        const Problem problem = c.problem(0.5);
        const auto result = solve(Placement::synchronous, problem, {.gap = 0});
        if (!result.plan) continue;
        const Seconds optimum = support::best_synchronous(problem);
        using Prices = ByStep<double>&;
        for (int trial = 0; trial < 20; ++trial) {
            const auto other = changed(result.certificate, [&](Prices prices, KernelFunctions&) {
                for (double& price : prices) price = (price + 1e-3) * factor(random);
            });
            CHECK(proved_bound(problem, other) <= optimum * (1 + 1e-9));
        }
        const auto refused = [&](const auto& change) {
            CHECK_THROWS_AS(proved_bound(problem, changed(result.certificate, change)), DataError);
        };
        refused([&](Prices, KernelFunctions& f) { f.back().constant += 0.01 * optimum; });
        refused([&](Prices, KernelFunctions& f) {
            for (KernelFunction& function : f) {
                for (Seconds& penalty : function.penalties) penalty += optimum;
            }
        });
        refused([&](Prices prices, KernelFunctions&) { prices.front() = -1; });
        refused([&](Prices prices, KernelFunctions&) { prices.pop_back(); });
    }
}

TEST_CASE("certificate: what a search has proved by branching is shown again, case by case") {
    int branched = 0;
    for (unsigned seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        for (const support::Kernels kernels : {support::Kernels::additive, support::Kernels::tables}) {
            const Case c(seed, 12, kernels);
            for (const Placement placement : {Placement::static_, Placement::synchronous}) {
                const Problem problem = c.problem(0.5);
                const auto result = solve(placement, problem, {.gap = 0});
                if (!result.plan) continue;
                CHECK(proved_bound(problem, result.certificate) ==
                      doctest::Approx(result.bound_s).epsilon(1e-6));
                const PlanDocument document = stored_problem(problem);
                const ExactProblem exact(document);
                const StoredCertificate whole = stored(result.certificate, problem, exact);
                const std::size_t branches = whole.branches.size();
                branched += branches > 1;
                for (std::size_t without = 0; without < branches && branches > 1; ++without) {
                    StoredCertificate other = whole;
                    other.branches.erase(other.branches.begin() + static_cast<std::ptrdiff_t>(without));
                    CHECK_THROWS_WITH_AS(proved_bound(exact, other),
                                         doctest::Contains("leave placements out"), DataError);
                }
            }
        }
    }
    CHECK(branched > 20);
}

// The bound falls with DRAM along a convex line, of which the price is a slope.
TEST_CASE("price: of a GiB of DRAM, it lies between what a little more saves and what a little less costs") {
    int priced = 0;
    for (unsigned seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 40, support::Kernels::additive);
        for (const double share : {0.3, 0.5, 0.7}) {
            CAPTURE(share);
            const auto at = [&](double budget) {
                return solve(Placement::synchronous, c.problem(budget), {.gap = 1});
            };
            const auto less = at(share - 0.02), here = at(share), more = at(share + 0.02);
            if (!less.plan) continue;
            const auto price_of = [&](double from, double to) {
                const Bytes bytes = c.problem(to).dram_budget - c.problem(from).dram_budget;
                return here.price_s_per_gib * static_cast<double>(bytes) / static_cast<double>(gib);
            };
            const double rounding = 1e-6 * here.bound_s;
            CHECK(price_of(share, share + 0.02) >= here.bound_s - more.bound_s - rounding);
            CHECK(price_of(share - 0.02, share) <= less.bound_s - here.bound_s + rounding);
            priced += here.price_s_per_gib > 0;
        }
    }
    CHECK(priced > 40);
}
