// The route of one storage through an iteration: in which tier each of its stops finds it, and between which
// it stays in DRAM. Residencies and moves follow from it.
//
//   stops      12 (written)     13            338           A value that has a copy in slow memory and was
//   not route      fetched          held          fetched       written since leaves DRAM without a spill, so
//   a moves                       spill @14     prefetch @338 spill is paid once.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "framework/plan/plan.h"
#include "optimizer/model/instance.h"

namespace optimizer {

enum class At : char {
    slow,     // the stop finds it in slow memory
    fetched,  // in DRAM, from this stop on
    held      // in DRAM, since the stop before (for the first stop: since the iteration before)
};
using Route = std::vector<At>;  // by stop, of which there is one at least

// What a search lets a route do at one stop, as bits; all of them unless it says otherwise.
enum Allowed : unsigned char { only_slow = 1, only_fetched = 2, only_held = 4, only_dram = 6, anything = 7 };
constexpr bool allows(unsigned char allowed, At at) {
    return (allowed >> static_cast<int>(at) & 1) != 0;
}

// What a placement may do; named as the placements are.
enum class Freedom {
    static_,      // a storage keeps one tier for life
    synchronous,  // copies between the tiers, in line with the kernels
};

// What a route comes to. A persistent storage whose home is slow memory has a slow residency throughout.
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
    for (std::size_t i = 0; i < route.size(); ++i) {
        if (route[i] == At::slow) continue;
        const int first = item.stops[i].step;
        while (i + 1 < route.size() && route[i + 1] == At::held) ++i;
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
// with a copy in slow memory, DRAM without one. `home` is the price of being in DRAM for the whole iteration,
// for persistent storages alone. Between equals, DRAM.
double cheapest_route(const Item& item, std::span<const StopPrice> prices, double home, Freedom freedom,
                      Route& route);

}  // namespace optimizer
