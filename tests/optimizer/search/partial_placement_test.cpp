#include "optimizer/search/partial_placement.h"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "tests/support/random_instance.h"

using namespace framework;
using namespace optimizer;
using Case = support::RandomInstance;

namespace {

// What placements are made for, and no less than the least routes need.
ByStep<Bytes> usable_of(const Instance& instance) {
    ByStep<Bytes> usable = dram_bytes(instance, least_routes(instance, Freedom::synchronous));
    for (const Step step : usable.ids()) usable[step] = std::max(usable[step], instance.usable[step]);
    return usable;
}

bool keeps_to(const ByStep<Bytes>& load, const ByStep<Bytes>& room) {
    for (const Step step : load.ids()) {
        if (load[step] > room[step]) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("partial placement: what fits and what it costs are as counted afresh, after any changes") {
    for (unsigned seed = 0; seed < 6; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 40, 0.4);
        const ByStep<Bytes> usable = usable_of(c.instance);
        PartialPlacement placement(c.instance, Freedom::synchronous, usable);
        std::mt19937 random(seed);
        Route route;
        for (int i = 0; i < 200; ++i) {
            const ItemId item(random() % c.instance.items.size());
            placement.set_aside(item);
            const Seconds before = placement.seconds();
            const double adds = placement.cheapest(item, route);
            REQUIRE(placement.fits(item, route));
            // Set aside it is on its least route, which is counted in either case.
            const Route least = least_route(c.instance.items[item], Freedom::synchronous);
            const double difference = placement.cost_of(item, route) - placement.cost_of(item, least);
            CHECK(adds == doctest::Approx(placement.cost_of(item, route)));
            placement.place(item, route);
            CHECK(placement.seconds() - before == doctest::Approx(difference).epsilon(1e-6));
            CHECK(keeps_to(dram_bytes(c.instance, placement.routes()), usable));
        }
    }
}

TEST_CASE("partial placement: the cheapest route is the cheapest of those that fit") {
    for (unsigned seed = 0; seed < 8; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 20, 0.4);
        PartialPlacement placement(c.instance, Freedom::synchronous, usable_of(c.instance));
        Route route, best;
        for (const ItemId item : c.instance.items.ids()) {
            const Item& of = c.instance.items[item];
            const double found = placement.cheapest(item, best);
            int all = of.stops.size() <= 6 ? 1 : 0;
            for (std::size_t s = 0; s < of.stops.size(); ++s) all *= 3;
            for (int code = 0; code < all; ++code) {
                route.clear();
                for (int rest = code; route.size() < of.stops.size(); rest /= 3)
                    route.push_back(static_cast<At>(rest % 3));
                const bool home = of.persistent && code + 1 == all;
                bool possible = home || route.front() != At::held;
                for (ItemStop s = 1; s < route.count(); ++s)
                    possible = possible && !(route[s] == At::held && route[s - 1] == At::slow);
                for (const ItemStop s : route.ids())
                    possible = possible && (route[s] != At::slow || of.stops[s].may_be_slow);
                if (possible && placement.fits(item, route))
                    CHECK(found <= placement.cost_of(item, route) * (1 + 1e-9) + 1e-12);
            }
            placement.place(item, best);
        }
    }
}

TEST_CASE("partial placement: improving never makes it slower, and leaves nothing to improve") {
    for (unsigned seed = 0; seed < 6; ++seed) {
        CAPTURE(seed);
        const Case c(seed, 40, 0.3);
        PartialPlacement placement(c.instance, Freedom::synchronous, usable_of(c.instance));
        std::vector<ItemId> all;
        for (const ItemId item : c.instance.items.ids()) all.push_back(item);
        const Seconds before = placement.seconds();
        placement.improve(all);
        const Seconds after = placement.seconds();
        CHECK(after <= before);
        placement.improve(all);
        CHECK(placement.seconds() == after);
    }
}
