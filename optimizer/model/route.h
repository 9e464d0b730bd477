// The route of one storage through an iteration: in which tier each of its stops finds it, and between which
// stops it stays in DRAM. Residencies and moves follow from it.
//
//   stop     12 (writes)   13                 338
//   route    fetched       held               fetched
//   moves                      spill @14      prefetch @338
//
// A value that is not written again after its spill leaves DRAM without another one.
#pragma once

#include <limits>
#include <vector>

#include "framework/plan/plan.h"
#include "optimizer/model/instance.h"

namespace optimizer {

enum class At : char {
    slow,     // the stop finds it in slow memory
    fetched,  // in DRAM, from this stop on
    held      // in DRAM, since the stop before (for the first stop: since the iteration before)
};
using Route = ByStop<At>;  // of one stop at least

// What a placement may do; named as the placements are.
enum class Freedom {
    static_,      // a storage keeps one tier for life
    synchronous,  // copies between the tiers, in line with the kernels
};

// The route with the least DRAM: where a stop must find the item there, and nowhere else; with one tier for
// life, in DRAM if any stop must.
Route least_route(const Item& item, Freedom freedom);
Route dram_route(const Item& item);  // in DRAM for life

constexpr Allowed both(Allowed a, Allowed b) {
    return static_cast<Allowed>(a & b);
}
constexpr Allowed others(Allowed allowed) {
    return static_cast<Allowed>(anything & ~allowed);
}
constexpr bool allows(Allowed allowed, At at) {
    return (allowed >> static_cast<int>(at) & 1) != 0;
}

// Residencies and moves of a route. A persistent storage whose home is slow memory has a slow residency
// throughout.
struct Stay {
    std::vector<framework::LiveRange> dram;
    framework::LiveRange slow;  // empty: never there
    std::vector<framework::Move> moves;
    framework::Seconds move_s = 0;
};
Stay stay(const Item& item, const Route& route, int steps);

// The DRAM ranges alone, for the inner loops.
void for_each_dram_range(const Item& item, const Route& route, int steps, const auto& visit) {
    if (item.persistent && route.front() == At::held) return visit(0, steps);
    for (ItemStop i = 0; i < route.count(); ++i) {
        if (route[i] == At::slow) continue;
        const framework::Step first = item.stops[i].step;
        while (i + 1 < route.count() && route[i + 1] == At::held) ++i;
        visit(first, item.stops[i].step + 1);
    }
}

// The price of each choice at a stop.
struct StopPrice {
    double slow = 0;   // to be in slow memory there
    double dram = 0;   // to be in DRAM there
    double hold = 0;   // to stay in DRAM since the stop before
    double fetch = 0;  // to be in DRAM from this stop on, over what the copy costs
};
constexpr double forbidden = std::numeric_limits<double>::infinity();

// The cheapest route: a shortest path over the stops, with three states between them: slow memory alone, DRAM
// with a copy in slow memory, DRAM without one. `home`: the price of being in DRAM for the whole iteration,
// for persistent storages alone. No route is slow at a stop that must find the item in DRAM. Of routes that
// cost the same, the one in DRAM.
double cheapest_route(const Item& item, IndexedSpan<ItemStop, StopPrice> prices, double home, Freedom freedom,
                      Route& route);

}  // namespace optimizer
