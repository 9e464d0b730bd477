#include "optimizer/search/subgradient.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "optimizer/addresses/plan_builder.h"

namespace optimizer {

using framework::Step;

namespace {

struct Pass {
    double bound = 0;
    ByStep<double> load;  // in DRAM: Instance::units()
    SlowShares slow;
    Routes routes;
};

void run(const Instance& instance, Freedom freedom, const KernelFunctions& kernels,
         const ByStep<double>& per_unit, const ByStep<double>& room, Pass& pass) {
    const DramPrices prices(per_unit);
    pass.routes.resize(instance.items.size());
    pass.load.assign(room.size() + 1, 0.0);
    pass.bound =
        sum_of_constants(kernels) - std::inner_product(room.begin(), room.end(), per_unit.begin(), 0.0);
    for (const ItemId id : instance.items.ids()) {
        const Item& item = instance.items[id];
        Route& route = pass.routes[id];
        pass.bound += priced_route(instance, id, prices, kernels, freedom, route);
        for_each_dram_range(item, route, instance.steps(), [&](Step first, Step last) {
            pass.load[first] += item.size;
            pass.load[last] -= item.size;
        });
        for (const ItemStop i : route.ids()) {
            const Stop& stop = item.stops[i];
            if (stop.bit >= 0) pass.slow[stop.step][stop.bit] = route[i] == At::slow;
        }
    }
    std::partial_sum(pass.load.begin(), pass.load.end(), pass.load.begin());
    pass.load.pop_back();
}

void blend(std::vector<double>& average, const std::vector<double>& next, double weight) {
    for (std::size_t i = 0; i < average.size(); ++i) average[i] += weight * (next[i] - average[i]);
}

std::vector<Route>::iterator remember(std::vector<Route>& known, const Route& route) {
    const auto found = std::find(known.begin(), known.end(), route);
    return found != known.end() ? found : known.insert(known.end(), route);
}

}  // namespace

// The volume algorithm (Barahona and Anbil 2000): steps from the best prices along the averaged load's
// excess, longer while they help, shorter while they do not.
PricedDram price_dram(const Instance& instance, Freedom freedom, int passes) {
    const ByStep<double> room = in_units(instance, instance.room);
    PricedDram best;
    best.kernels = touch_hulls(instance, nothing_slow(instance));
    best.per_unit.assign(room.size(), 0.0);
    best.routes.resize(instance.items.size());
    const double least_dram = predicted_seconds(instance, least_routes(instance, freedom));

    Pass pass;
    pass.slow = nothing_slow(instance);
    run(instance, freedom, best.kernels, best.per_unit, room, pass);
    best.bound = pass.bound;
    ByStep<double> load = pass.load, prices;
    SlowShares slow = pass.slow;
    double length = 0.1;
    int failures = 0;
    for (int i = 0; i < passes; ++i) {
        if (i == passes / 8 || i == passes / 4 || i == passes / 2) {
            best.kernels = touch_hulls(instance, slow);
            run(instance, freedom, best.kernels, best.per_unit, room, pass);
            best.bound = pass.bound;
        }
        double norm = 0;
        for (const Step s : room.ids()) {
            const double excess = load[s] - room[s];
            if (excess > 0 || best.per_unit[s] > 0) norm += excess * excess;
        }
        if (norm == 0) break;
        const double target = std::min(least_dram, best.bound + 0.05 * std::abs(best.bound));
        const double step = length * (target - best.bound) / norm;
        prices = best.per_unit;
        for (const Step s : room.ids()) {
            prices[s] = std::max(0.0, prices[s] + step * (load[s] - room[s]));
        }
        run(instance, freedom, best.kernels, prices, room, pass);
        blend(load, pass.load, 0.1);
        for (const Step s : slow.ids()) blend(slow[s], pass.slow[s], 0.1);
        if (pass.bound > best.bound) {
            best.bound = pass.bound;
            best.per_unit = prices;
            length = std::min(2.0, length * 1.1);
            failures = 0;
        } else if (++failures % 5 == 0) {
            length *= 0.7;
        }
        if (i < passes - passes / 16) continue;
        for (const ItemId item : pass.routes.ids()) remember(best.routes[item], pass.routes[item]);
    }
    run(instance, freedom, best.kernels, best.per_unit, room, pass);
    for (const ItemId item : pass.routes.ids()) {
        const auto now = remember(best.routes[item], pass.routes[item]);
        std::iter_swap(now, best.routes[item].begin());
    }
    return best;
}

}  // namespace optimizer
