#include "optimizer/search/partial_placement.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimizer/model/small_array.h"

namespace optimizer {

using framework::Bytes;
using framework::Step;

PartialPlacement::PartialPlacement(const Instance& instance, Freedom freedom, const ByStep<Bytes>& usable)
    : instance_(instance),
      freedom_(freedom),
      routes_(least_routes(instance, freedom)),
      left_(usable),
      blocks_((left_.size() + block - 1) / block, 0),
      slow_(left_.size(), 0) {
    for (int i = 0; i < std::ssize(blocks_); ++i) set_block(i);
    for (const Step step : slow_.ids()) {
        slow_[step] = (std::uint64_t{1} << instance.kernels[step].stops().size()) - 1;
    }
    for (const ItemId item : instance.items.ids()) {
        if (!instance.items[item].needs_dram) continue;
        take(item, routes_[item], 1);
        mark(item, routes_[item]);
    }
}

void PartialPlacement::set_block(int index) {
    const auto first = left_.begin() + std::ptrdiff_t{index} * block;
    blocks_[index] = *std::min_element(first, left_.end() - first > block ? first + block : left_.end());
}

Bytes PartialPlacement::least_left(Step first, Step last) const {
    Bytes least = std::numeric_limits<Bytes>::max();
    for (Step step = first; step < last;) {
        if (step % block == 0 && step + block <= last) {
            least = std::min(least, blocks_[step / block]);
            step += block;
        } else {
            least = std::min(least, left_[step]);
            ++step;
        }
    }
    return least;
}

bool PartialPlacement::has_room(const Item& item, Step first, Step last) const {
    if (item.needs_dram) {
        if (freedom_ == Freedom::static_) return true;
        for (const Stop& stop : item.stops) {
            if (stop.may_be_slow || stop.step < first || stop.step >= last) continue;
            if (item.bytes > least_left(first, stop.step)) return false;
            first = stop.step + 1;
        }
    }
    return item.bytes <= least_left(first, last);
}

void PartialPlacement::take(ItemId id, const Route& route, Bytes sign) {
    const Item& item = instance_.items[id];
    for_each_dram_range(item, route, instance_.steps(), [&](Step first, Step last) {
        work_ += 2.0 * (last - first);
        for (Step step = first; step < last; ++step) left_[step] -= sign * item.bytes;
        for (int i = first / block; i * block < last; ++i) set_block(i);
    });
}

void PartialPlacement::mark(ItemId id, const Route& route) {
    const Item& item = instance_.items[id];
    for (const ItemStop i : route.ids()) {
        if (item.stops[i].bit < 0) continue;
        std::uint64_t& slow = slow_[item.stops[i].step];
        const std::uint64_t bit = std::uint64_t{1} << item.stops[i].bit;
        slow = route[i] == At::slow ? slow | bit : slow & ~bit;
    }
}

void PartialPlacement::place(ItemId item, const Route& route) {
    if (instance_.items[item].needs_dram) take(item, routes_[item], -1);
    routes_[item] = route;
    take(item, route, 1);
    mark(item, route);
}

void PartialPlacement::set_aside(ItemId item) {
    Route& route = routes_[item];
    take(item, route, -1);
    route = least_route(instance_.items[item], freedom_);
    take(item, route, 1);
    mark(item, route);
}

bool PartialPlacement::fits(ItemId id, const Route& route) const {
    const Item& item = instance_.items[id];
    bool all = true;
    for_each_dram_range(item, route, instance_.steps(),
                        [&](Step first, Step last) { all = all && has_room(item, first, last); });
    return all;
}

double PartialPlacement::cheapest(ItemId id, Route& route, const DramPrices* prices) const {
    const Item& item = instance_.items[id];
    const auto price = [&](Step first, Step last) {
        if (!has_room(item, first, last)) return forbidden;
        return prices ? item.size * prices->over(first, last) : 0.0;
    };
    work_ += 20.0 * static_cast<double>(item.stops.size());
    SmallArray<ItemStop, StopPrice> stops(item.stops.size());
    for (const ItemStop i : item.stops.ids()) {
        const Stop& stop = item.stops[i];
        stops[i] = {.slow = 0, .dram = price(stop.step, stop.step + 1), .hold = 0, .fetch = 0};
        if (i > 0) stops[i].hold = price(item.stops[i - 1].step + 1, stop.step);
        if (stop.bit < 0) continue;
        const KernelTable& kernel = instance_.kernels[stop.step];
        const std::uint64_t slow = slow_[stop.step];
        const std::uint64_t bit = std::uint64_t{1} << stop.bit;
        stops[i].slow = kernel.seconds(slow | bit) - kernel.seconds(slow & ~bit);
    }
    const double home = item.persistent ? price(0, instance_.steps()) : 0;
    return cheapest_route(item, stops, home, freedom_, route);
}

void PartialPlacement::improve(const std::vector<ItemId>& items) {
    Route now, route;
    for (bool changed = true; changed;) {
        changed = false;
        for (const ItemId item : items) {
            now = this->route(item);
            set_aside(item);
            const double before = cost_of(item, now), after = cheapest(item, route);
            const bool better = after < before - 1e-12 * std::abs(before);
            place(item, better ? route : now);
            changed = changed || better;
        }
    }
}

double PartialPlacement::cost_of(ItemId id, const Route& route) const {
    const Item& item = instance_.items[id];
    double cost = stay(item, route, instance_.steps()).move_s;
    for (const ItemStop i : route.ids()) {
        if (route[i] != At::slow || item.stops[i].bit < 0) continue;
        const Step step = item.stops[i].step;
        const std::uint64_t bit = std::uint64_t{1} << item.stops[i].bit;
        cost += instance_.kernels[step].seconds(slow_[step] | bit) -
                instance_.kernels[step].seconds(slow_[step] & ~bit);
    }
    return cost;
}

}  // namespace optimizer
