#include "optimizer/model/bounds.h"

#include <algorithm>
#include <numeric>

#include "optimizer/model/kernel_hull.h"
#include "optimizer/model/small_array.h"

namespace optimizer {

KernelBounds kernel_bounds(const Instance& instance, std::span<const double> slow_share) {
    KernelBounds bounds;
    bounds.penalty.assign(static_cast<std::size_t>(instance.stops()), 0);
    std::vector<double> share;
    for (framework::Step step = 0; step < instance.steps(); ++step) {
        const auto& stops = instance.operand_stops[step];
        share.clear();
        for (const int stop : stops) share.push_back(slow_share[stop]);
        const AffineFunction function = touch_hull(instance.kernels[step], share);
        for (std::size_t i = 0; i < stops.size(); ++i) bounds.penalty[stops[i]] = function.penalty[i];
        bounds.constants.push_back(function.constant);
        bounds.constant += function.constant;
    }
    return bounds;
}

DramPrices::DramPrices(std::span<const double> per_unit) : until_(per_unit.size() + 1, 0.0) {
    std::partial_sum(per_unit.begin(), per_unit.end(), until_.begin() + 1);
}

double priced_route(const Instance& instance, int index, const DramPrices& prices,
                    std::span<const double> penalty, Freedom freedom, Route& route,
                    std::span<const unsigned char> allowed) {
    const Item& item = instance.items[index];
    const auto first = static_cast<std::size_t>(instance.first_stop[index]);
    SmallArray<StopPrice> stops(item.stops.size());
    for (std::size_t i = 0; i < stops.size(); ++i) {
        const framework::Step step = item.stops[i].step;
        stops[i] = {.slow = penalty[first + i],
                    .dram = item.size * prices.at(step),
                    .hold = i > 0 ? item.size * prices.over(item.stops[i - 1].step + 1, step) : 0,
                    .fetch = 0};
    }
    double home = item.persistent ? item.size * prices.over(0, instance.steps()) : 0;
    for (std::size_t i = 0; i < allowed.size(); ++i) {
        if (!allows(allowed[i], At::slow)) stops[i].slow = forbidden;
        if (!allows(allowed[i], At::fetched)) stops[i].fetch = forbidden;
        if (!allows(allowed[i], At::held)) stops[i].hold = home = forbidden;
        if ((allowed[i] & only_dram) == 0) stops[i].dram = forbidden;
    }
    return cheapest_route(item, stops, home, freedom, route);
}

std::vector<double> in_units(const Instance& instance, const std::vector<framework::Bytes>& bytes) {
    std::vector<double> units;
    for (const framework::Bytes b : bytes) units.push_back(instance.units(b));
    return units;
}

double route_cost(const Instance& instance, int index, const Route& route, std::span<const double> penalty) {
    const auto first = static_cast<std::size_t>(instance.first_stop[index]);
    double cost = stay(instance.items[index], route, instance.steps()).move_s;
    for (std::size_t i = 0; i < route.size(); ++i) {
        if (route[i] == At::slow) cost += penalty[first + i];
    }
    return cost;
}

}  // namespace optimizer
