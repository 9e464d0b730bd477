#include "optimizer/model/bounds.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "optimizer/model/small_array.h"

namespace optimizer {

namespace {

// One kernel, of which some operands may be settled: `forced` are in slow memory, `free` anywhere.
struct KernelView {
    const KernelTable& kernel;
    std::uint64_t forced, free;

    bool reaches(std::uint64_t slow) const { return (slow & ~free) == forced; }
    double seconds(std::uint64_t slow) const { return kernel.seconds(forced | slow); }
};

constexpr int enumerated = 6;  // free operands: all of their sets are looked at

// Lowers penalties, and at last the constant, until the time of a set is not exceeded.
void cut(std::uint64_t slow, double seconds, double& constant, std::span<double> penalty) {
    double sum = 0, positive = 0;
    for (std::size_t i = 0; i < penalty.size(); ++i) {
        if ((slow >> i & 1U) == 0) continue;
        sum += penalty[i];
        positive += std::max(0.0, penalty[i]);
    }
    const double excess = constant + sum - seconds;
    if (excess <= 0) return;
    const double keep = positive > excess ? 1 - excess / positive : 0;
    for (std::size_t i = 0; i < penalty.size(); ++i) {
        if ((slow >> i & 1U) != 0 && penalty[i] > 0) penalty[i] *= keep;
    }
    constant -= std::max(0.0, excess - positive);
}

// Marginal times along the order of falling shares: for submodular times this is a facet of the lower hull.
double bound_few(const KernelView& view, std::span<const double> share, std::span<double> penalty) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < penalty.size(); ++i) {
        if ((view.free >> i & 1U) != 0) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return share[a] > share[b]; });
    double constant = view.seconds(0), before = constant;
    std::uint64_t slow = 0;
    for (const std::size_t i : order) {
        slow |= std::uint64_t{1} << i;
        const double now = view.seconds(slow);
        penalty[i] = std::max(0.0, now - before);
        before = now;
    }
    for (slow = view.free; slow != 0; slow = (slow - 1) & view.free)
        cut(slow, view.seconds(slow), constant, penalty);
    return constant;
}

// What each operand adds alone, cut down at the sets that were measured apart.
double bound_many(const KernelView& view, std::span<double> penalty) {
    double constant = view.kernel.all_dram();
    for (std::size_t i = 0; i < penalty.size(); ++i) {
        if ((view.forced >> i & 1U) != 0) constant += view.kernel.alone(i);
        if ((view.free >> i & 1U) != 0) penalty[i] = view.kernel.alone(i);
    }
    for (const auto& point : view.kernel.interactions()) {
        if (view.reaches(point.slow)) cut(point.slow & view.free, point.seconds, constant, penalty);
    }
    return constant;
}

}  // namespace

KernelBounds kernel_bounds(const Instance& instance, std::span<const double> slow_share,
                           std::span<const Settled> settled) {
    KernelBounds bounds;
    bounds.penalty.assign(static_cast<std::size_t>(instance.stops()), 0);
    for (int step = 0; step < instance.steps(); ++step) {
        const KernelTable& kernel = instance.kernels[static_cast<std::size_t>(step)];
        const std::size_t operands = kernel.items().size();
        std::vector<double> share(operands), penalty(operands);
        KernelView view{kernel, 0, 0};
        for (std::size_t i = 0; i < operands; ++i) {
            const auto stop = static_cast<std::size_t>(instance.stop_of(step, i));
            share[i] = slow_share[stop];
            penalty[i] = kernel.alone(i);
            const Settled how = settled.empty() ? Settled::no : settled[stop];
            if (how == Settled::no) view.free |= std::uint64_t{1} << i;
            if (how == Settled::slow) view.forced |= std::uint64_t{1} << i;
        }
        double constant = kernel.all_dram();
        if (!kernel.interactions().empty()) {
            std::fill(penalty.begin(), penalty.end(), 0.0);
            const bool few = std::popcount(view.free) <= enumerated;
            constant = few ? bound_few(view, share, penalty) : bound_many(view, penalty);
        }
        for (std::size_t i = 0; i < operands; ++i) {
            bounds.penalty[static_cast<std::size_t>(instance.stop_of(step, i))] = penalty[i];
        }
        bounds.constants.push_back(constant);
        bounds.constant += constant;
    }
    return bounds;
}

DramPrices::DramPrices(std::span<const double> per_unit) : until_(per_unit.size() + 1, 0.0) {
    std::partial_sum(per_unit.begin(), per_unit.end(), until_.begin() + 1);
}

double priced_route(const Instance& instance, int index, const DramPrices& prices,
                    std::span<const double> penalty, Freedom freedom, Route& route,
                    std::span<const unsigned char> allowed) {
    const Item& item = instance.items[static_cast<std::size_t>(index)];
    const auto first = static_cast<std::size_t>(instance.first_stop[static_cast<std::size_t>(index)]);
    SmallArray<StopPrice> stops(item.stops.size());
    for (std::size_t i = 0; i < stops.size(); ++i) {
        const int step = item.stops[i].step;
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
    const auto first = static_cast<std::size_t>(instance.first_stop[static_cast<std::size_t>(index)]);
    double cost = stay(instance.items[static_cast<std::size_t>(index)], route, instance.steps()).move_s;
    for (std::size_t i = 0; i < route.size(); ++i) {
        if (route[i] == At::slow) cost += penalty[first + i];
    }
    return cost;
}

}  // namespace optimizer
