#include "optimizer/model/bounds.h"

#include <numeric>

#include "optimizer/model/kernel_hull.h"
#include "optimizer/model/small_array.h"

namespace optimizer {

SlowShares nothing_slow(const Instance& instance) {
    SlowShares shares;
    for (const KernelTable& kernel : instance.kernels) shares.emplace_back(kernel.stops().size(), 0.0);
    return shares;
}

KernelFunctions touch_hulls(const Instance& instance, const SlowShares& shares) {
    KernelFunctions functions;
    for (const framework::Step step : shares.ids())
        functions.push_back(touch_hull(instance.kernels[step], shares[step]));
    return functions;
}

double sum_of_constants(const KernelFunctions& functions) {
    double sum = 0;
    for (const KernelFunction& function : functions) sum += function.constant;
    return sum;
}

DramPrices::DramPrices(const ByStep<double>& per_unit) : until_(per_unit.size() + 1, 0.0) {
    std::partial_sum(per_unit.begin(), per_unit.end(), until_.begin() + 1);
}

namespace {

double penalty_of(const KernelFunctions& functions, const Stop& stop) {
    return stop.bit >= 0 ? functions[stop.step].penalties[stop.bit] : 0;
}

}  // namespace

double priced_route(const Instance& instance, ItemId id, const DramPrices& prices,
                    const KernelFunctions& functions, Freedom freedom, Route& route,
                    const ByStop<Allowed>& allowed) {
    const Item& item = instance.items[id];
    SmallArray<ItemStop, StopPrice> stops(item.stops.size());
    for (const ItemStop i : item.stops.ids()) {
        const framework::Step step = item.stops[i].step;
        stops[i] = {.slow = penalty_of(functions, item.stops[i]),
                    .dram = item.size * prices.at(step),
                    .hold = i > 0 ? item.size * prices.over(item.stops[i - 1].step + 1, step) : 0,
                    .fetch = 0};
    }
    double home = item.persistent ? item.size * prices.over(0, instance.steps()) : 0;
    for (const ItemStop i : allowed.ids()) {
        if (!allows(allowed[i], At::slow)) stops[i].slow = forbidden;
        if (!allows(allowed[i], At::fetched)) stops[i].fetch = forbidden;
        if (!allows(allowed[i], At::held)) stops[i].hold = home = forbidden;
        if ((allowed[i] & only_dram) == 0) stops[i].dram = forbidden;
    }
    return cheapest_route(item, stops, home, freedom, route);
}

double route_cost(const Instance& instance, ItemId id, const Route& route, const KernelFunctions& functions) {
    const Item& item = instance.items[id];
    double cost = stay(item, route, instance.steps()).move_s;
    for (const ItemStop i : route.ids()) {
        if (route[i] == At::slow) cost += penalty_of(functions, item.stops[i]);
    }
    return cost;
}

ByStep<double> in_units(const Instance& instance, const ByStep<framework::Bytes>& bytes) {
    ByStep<double> units;
    for (const framework::Bytes b : bytes) units.push_back(instance.units(b));
    return units;
}

}  // namespace optimizer
