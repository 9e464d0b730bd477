#include "optimizer/model/route.h"

#include <algorithm>
#include <array>

#include "optimizer/model/small_array.h"

namespace optimizer {

using framework::Step;
using framework::Tier;

Stay stay(const Item& item, const Route& route, int steps) {
    Stay result;
    for_each_dram_range(item, route, steps, [&](Step first, Step last) {
        result.dram.push_back({first, last});
    });
    if (item.persistent && route.front() == At::held) return result;
    const auto in_slow = [&](Step step) {
        if (result.slow.last == 0) result.slow.first = step;
        result.slow.last = std::min(step + 1, steps);
    };
    const auto move = [&](Tier to, Step step) {
        result.moves.push_back(framework::move_at(step, item.storage, to));
        result.move_s += to == Tier::slow ? item.spill_s : item.fetch_s;
        in_slow(step);
    };
    if (item.persistent) in_slow(0);
    bool dirty = false;  // in DRAM, with no valid copy in slow memory
    for (const ItemStop i : route.ids()) {
        const Stop& stop = item.stops[i];
        if (i > 0 && route[i] != At::held && dirty) {
            move(Tier::slow, item.stops[i - 1].step + 1);
            dirty = false;
        }
        const bool there = i > 0 || item.persistent;
        if (route[i] == At::slow) {
            in_slow(stop.step);
        } else {
            if (route[i] == At::fetched && there && stop.reads) move(Tier::dram, stop.step);
            dirty = dirty || stop.writes || !there;
        }
    }
    if (item.persistent) {
        if (dirty) move(Tier::slow, item.stops.back().step + 1);
        result.slow.last = steps;
    }
    return result;
}

Route dram_route(const Item& item) {
    Route route(item.stops.size(), At::held);
    if (!item.persistent) route.front() = At::fetched;
    return route;
}

Route least_route(const Item& item, Freedom freedom) {
    if (item.needs_dram && freedom == Freedom::static_) return dram_route(item);
    Route route(item.stops.size(), At::slow);
    for (const ItemStop i : route.ids()) {
        if (!item.stops[i].may_be_slow) route[i] = At::fetched;
    }
    return route;
}

namespace {

enum State { in_slow, clean, dirty };
constexpr int states = 3;

struct Arrival {
    State before = in_slow;
    At at = At::slow;
};

}  // namespace

double cheapest_route(const Item& item, IndexedSpan<ItemStop, StopPrice> prices, double home, Freedom freedom,
                      Route& route) {
    const std::size_t stops = item.stops.size();
    if (freedom == Freedom::static_) {
        double slow = item.needs_dram ? forbidden : 0, dram = 0;
        for (const ItemStop i : item.stops.ids()) {
            slow += prices[i].slow;
            dram += prices[i].dram + (i > 0 ? prices[i].hold : 0);
        }
        if (item.persistent) dram = home;
        if (dram <= slow) {
            route = dram_route(item);
        } else {
            route.assign(stops, At::slow);
        }
        return std::min(slow, dram);
    }

    SmallArray<ItemStop, std::array<Arrival, states>> path(stops);
    std::array<double, states> cost{0, forbidden, forbidden};
    for (const ItemStop i : item.stops.ids()) {
        const Stop& stop = item.stops[i];
        const StopPrice& price = prices[i];
        const bool there = i > 0 || item.persistent;
        std::array<double, states> next{forbidden, forbidden, forbidden};
        const auto reach = [&](State from, State to, At at, double extra) {
            if (cost[from] + extra < next[to]) {
                next[to] = cost[from] + extra;
                path[i][to] = {from, at};
            }
        };
        const double fetch = there && stop.reads ? item.fetch_s : 0;
        for (const State from : {dirty, clean, in_slow}) {
            if (cost[from] == forbidden) continue;
            const double leave = from == dirty ? item.spill_s : 0;
            if (from != in_slow) {
                const State to = from == dirty || stop.writes ? dirty : clean;
                reach(from, to, At::held, price.hold + price.dram);
            }
            reach(from, stop.writes || !there ? dirty : clean, At::fetched,
                  leave + fetch + price.fetch + price.dram);
            if (stop.may_be_slow) reach(from, in_slow, At::slow, leave + price.slow);
        }
        cost = next;
    }
    if (item.persistent) cost[dirty] += item.spill_s;
    State state = dirty;
    for (const State other : {clean, in_slow}) {
        if (cost[other] < cost[state]) state = other;
    }
    const double best = cost[state];
    if (item.persistent && home <= best) {
        route.assign(stops, At::held);
        return home;
    }
    route.resize(stops);
    for (ItemStop i = item.stops.count() - 1; i >= 0; --i) {
        route[i] = path[i][state].at;
        state = path[i][state].before;
    }
    return best;
}

}  // namespace optimizer
