#include "optimizer/search/subgradient.h"

#include <algorithm>
#include <numeric>

#include "optimizer/addresses/plan_builder.h"

namespace optimizer {

namespace {

struct Pass {
    double bound = 0;
    std::vector<double> load;  // in DRAM by step: Instance::units()
    std::vector<double> slow;  // by stop: 1 where in slow memory
    Routes routes;
};

void run(const Instance& instance, Freedom freedom, const KernelBounds& kernels,
         const std::vector<double>& per_unit, const std::vector<double>& room, Pass& pass) {
    const DramPrices prices(per_unit);
    pass.routes.resize(instance.items.size());
    pass.load.assign(room.size() + 1, 0.0);
    pass.slow.assign(static_cast<std::size_t>(instance.stops()), 0.0);
    pass.bound = kernels.constant - std::inner_product(room.begin(), room.end(), per_unit.begin(), 0.0);
    for (std::size_t i = 0; i < instance.items.size(); ++i) {
        const Item& item = instance.items[i];
        Route& route = pass.routes[i];
        pass.bound += priced_route(instance, static_cast<int>(i), prices, kernels.penalty, freedom, route);
        for_each_dram_range(item, route, instance.steps(), [&](int first, int last) {
            pass.load[first] += item.size;
            pass.load[last] -= item.size;
        });
        for (std::size_t s = 0; s < route.size(); ++s) {
            pass.slow[static_cast<std::size_t>(instance.first_stop[i]) + s] = route[s] == At::slow;
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
    const std::vector<double> room = in_units(instance, instance.room);
    PricedDram best;
    best.kernels =
        kernel_bounds(instance, std::vector<double>(static_cast<std::size_t>(instance.stops()), 0.0));
    best.per_unit.assign(room.size(), 0.0);
    best.routes.resize(instance.items.size());
    const double all_slow = predicted_seconds(instance, routes_in(instance, framework::Tier::slow));

    Pass pass;
    run(instance, freedom, best.kernels, best.per_unit, room, pass);
    best.bound = pass.bound;
    std::vector<double> load = pass.load, slow = pass.slow, prices;
    double length = 0.1;
    int failures = 0;
    for (int i = 0; i < passes; ++i) {
        if (i == passes / 8 || i == passes / 4 || i == passes / 2) {
            best.kernels = kernel_bounds(instance, slow);
            run(instance, freedom, best.kernels, best.per_unit, room, pass);
            best.bound = pass.bound;
        }
        double norm = 0;
        for (std::size_t s = 0; s < room.size(); ++s) {
            const double excess = load[s] - room[s];
            if (excess > 0 || best.per_unit[s] > 0) norm += excess * excess;
        }
        if (norm == 0) break;
        const double target = std::min(all_slow, best.bound + 0.05 * std::abs(best.bound));
        const double step = length * (target - best.bound) / norm;
        prices = best.per_unit;
        for (std::size_t s = 0; s < room.size(); ++s) {
            prices[s] = std::max(0.0, prices[s] + step * (load[s] - room[s]));
        }
        run(instance, freedom, best.kernels, prices, room, pass);
        blend(load, pass.load, 0.1);
        blend(slow, pass.slow, 0.1);
        if (pass.bound > best.bound) {
            best.bound = pass.bound;
            best.per_unit = prices;
            length = std::min(2.0, length * 1.1);
            failures = 0;
        } else if (++failures % 5 == 0) {
            length *= 0.7;
        }
        if (i < passes - passes / 16) continue;
        for (std::size_t t = 0; t < pass.routes.size(); ++t) remember(best.routes[t], pass.routes[t]);
    }
    run(instance, freedom, best.kernels, best.per_unit, room, pass);
    for (std::size_t t = 0; t < pass.routes.size(); ++t) {
        const auto now = remember(best.routes[t], pass.routes[t]);
        std::iter_swap(now, best.routes[t].begin());
    }
    return best;
}

}  // namespace optimizer
