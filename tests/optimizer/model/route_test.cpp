#include "optimizer/model/route.h"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

using namespace framework;
using namespace optimizer;

namespace {

struct Draw {
    std::mt19937 random;
    double operator()() { return static_cast<double>(random() % 1000) / 100; }
    bool yes() { return random() % 2 == 0; }
};

Item random_item(Draw& draw, std::size_t stops) {
    Item item;
    item.bytes = 64;
    item.persistent = draw.yes();
    item.fetch_s = draw();
    item.spill_s = draw();
    for (std::size_t i = 0; i < stops; ++i) {
        const bool reads = draw.yes();
        const bool may_be_slow = draw.random() % 5 > 0;
        item.stops.push_back({static_cast<int>(2 * i), 0, reads, !reads, may_be_slow});
        item.needs_dram = item.needs_dram || !may_be_slow;
    }
    return item;
}

bool is_home(const Item& item, const Route& route) {
    return item.persistent && std::ranges::all_of(route, [](At at) { return at == At::held; });
}

// Nothing is held from before it was there; a persistent storage is at home in DRAM for all of the iteration;
// some stops must find it in DRAM.
bool possible(const Item& item, const Route& route) {
    if (is_home(item, route)) return true;
    for (const ItemStop i : route.ids()) {
        if (route[i] == At::held && (i == 0 || route[i - 1] == At::slow)) return false;
        if (route[i] == At::slow && !item.stops[i].may_be_slow) return false;
    }
    return true;
}

double cost_of(const Item& item, const Route& route, const ByStop<StopPrice>& prices, double home) {
    if (is_home(item, route)) return home;
    double cost = stay(item, route, static_cast<int>(2 * route.size())).move_s;
    for (const ItemStop i : route.ids()) {
        cost += route[i] == At::slow      ? prices[i].slow
                : route[i] == At::fetched ? prices[i].dram + prices[i].fetch
                                          : prices[i].dram + prices[i].hold;
    }
    return cost;
}

}  // namespace

TEST_CASE("route: the cheapest is the cheapest of all 3^n") {
    Draw draw{std::mt19937(1)};
    for (int i = 0; i < 400; ++i) {
        CAPTURE(i);
        const std::size_t stops = 1 + static_cast<std::size_t>(i % 6);
        const Item item = random_item(draw, stops);
        ByStop<StopPrice> prices;
        for (std::size_t s = 0; s < stops; ++s) {
            prices.push_back({.slow = draw() - 3, .dram = draw(), .hold = s > 0 ? draw() : 0, .fetch = 0});
            if (draw.random() % 8 == 0) prices.back().fetch = forbidden;
        }
        const double home = 3 * draw();
        double least = forbidden;
        int all = 1;
        for (std::size_t s = 0; s < stops; ++s) all *= 3;
        for (int code = 0; code < all; ++code) {
            Route route;
            for (int rest = code; route.size() < stops; rest /= 3) route.push_back(static_cast<At>(rest % 3));
            if (possible(item, route)) least = std::min(least, cost_of(item, route, prices, home));
        }
        Route found;
        const double cost = cheapest_route(item, prices, home, Freedom::synchronous, found);
        if (least == forbidden) {  // not fetched, not held, and not slow
            CHECK(cost == forbidden);
            continue;
        }
        CHECK(cost == doctest::Approx(least));
        REQUIRE(possible(item, found));
        CHECK(cost_of(item, found, prices, home) == doctest::Approx(least));
    }
}

TEST_CASE("route: without moves it is one tier for life, whichever is cheaper") {
    Draw draw{std::mt19937(2)};
    for (int i = 0; i < 100; ++i) {
        CAPTURE(i);
        const Item item = random_item(draw, 4);
        ByStop<StopPrice> prices;
        double slow = 0, dram = 0;
        for (std::size_t s = 0; s < 4; ++s) {
            prices.push_back({.slow = draw(), .dram = draw(), .hold = s > 0 ? draw() : 0, .fetch = 0});
            slow += prices.back().slow;
            dram += prices.back().dram + prices.back().hold;
        }
        const double home = 4 * draw();
        if (item.persistent) dram = home;
        if (item.needs_dram) slow = forbidden;
        Route found;
        CHECK(cheapest_route(item, prices, home, Freedom::static_, found) ==
              doctest::Approx(std::min(slow, dram)));
        CHECK((found.front() == At::slow) == (slow < dram));
        CHECK(std::ranges::all_of(found, [&](At at) { return (at == At::slow) == (slow < dram); }));
        CHECK(stay(item, found, 8).moves.empty());
    }
}
