#include "optimizer/search/route_program.h"

#include <numeric>

#include <doctest/doctest.h>

#include "optimizer/search/subgradient.h"
#include "tests/support/brute_force.h"
#include "tests/support/random_instance.h"

using namespace framework;
using namespace optimizer;
using Case = support::RandomInstance;

namespace {

// The value of the whole relaxation, which prices and functions of its duals show to be no less.
double relaxation(const Instance& instance, Freedom freedom, const PricedDram& priced) {
    const SolverOptions options;
    Effort effort(options);
    const double total = std::accumulate(priced.per_unit.begin(), priced.per_unit.end(), 0.0);
    RouteProgram program(instance, freedom, instance.room, priced.kernels,
                         10 * total + 1e-2 * sum_of_constants(priced.kernels));
    for (const ItemId item : priced.routes.ids()) {
        for (const Route& route : priced.routes[item]) program.add_route(item, route);
    }
    RouteProgram::Pricing pricing;
    do {
        REQUIRE(program.solve(effort));
        pricing = program.price(effort);
    } while (pricing.pieces > 0 || pricing.routes > 0);
    CHECK(program.overflow() < 1e-6);
    CHECK(pricing.bounds.whole == doctest::Approx(program.value()).epsilon(1e-6));
    return program.value();
}

}  // namespace

TEST_CASE("route program: its value is a bound, and the subgradient's bound is a little below it") {
    int cases = 0, near = 0;
    for (unsigned seed = 0; seed < 12; ++seed) {
        for (const double share : {0.3, 0.6}) {
            CAPTURE(seed);
            CAPTURE(share);
            const Case c(seed, 5, share);
            const Seconds fixed = support::best_static(c.problem),
                          moving = support::best_synchronous(c.problem);
            if (moving < 0) continue;
            for (const Freedom freedom : {Freedom::static_, Freedom::synchronous}) {
                if (freedom == Freedom::static_ && fixed < 0) continue;
                const PricedDram priced = price_dram(c.instance, freedom);
                const double value = relaxation(c.instance, freedom, priced);
                CHECK(value <= (freedom == Freedom::static_ ? fixed : moving) * (1 + 1e-6));
                CHECK(priced.bound <= value * (1 + 1e-6));
                ++cases;
                near += priced.bound >= 0.97 * value;
            }
        }
    }
    CHECK(near >= 9 * cases / 10);
}

TEST_CASE("route program: more passes of the subgradient method never lower its bound") {
    const Case c(3, 60, 0.4);
    double last = 0;
    for (const int passes : {0, 1, 10, 50, price_passes}) {
        const double bound = price_dram(c.instance, Freedom::synchronous, passes).bound;
        CHECK(bound >= (passes <= 1 ? 0 : 0.99 * last));
        last = bound;
    }
}
