#include "optimizer/relaxation.h"

#include <algorithm>
#include <numeric>

namespace optimizer {

namespace {

// The penalties of one kernel whose operands interact: marginal times along the order of falling shares, cut
// down where they would exceed the time of some set of operands.
double bound_kernel(const KernelTable& kernel, std::span<const double> share, std::span<double> penalty) {
    const std::size_t operands = kernel.items().size();
    constexpr std::size_t enumerated = 6;
    if (operands > enumerated) {
        for (std::size_t i = 0; i < operands; ++i) penalty[i] = kernel.alone(i);
    } else {
        std::vector<std::size_t> order(operands);
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return share[a] > share[b]; });
        std::uint64_t slow = 0;
        double before = kernel.all_dram();
        for (const std::size_t i : order) {
            slow |= std::uint64_t{1} << i;
            penalty[i] = kernel.seconds(slow) - before;
            before += penalty[i];
        }
    }
    double constant = kernel.all_dram();
    const auto cut = [&](std::uint64_t slow, double seconds) {
        double sum = 0, positive = 0;
        for (std::size_t i = 0; i < operands; ++i) {
            if ((slow >> i & 1U) == 0) continue;
            sum += penalty[i];
            positive += std::max(0.0, penalty[i]);
        }
        const double excess = constant + sum - seconds;
        if (excess <= 0) return;
        const double keep = positive > excess ? 1 - excess / positive : 0;
        for (std::size_t i = 0; i < operands; ++i) {
            if ((slow >> i & 1U) != 0 && penalty[i] > 0) penalty[i] *= keep;
        }
        constant -= std::max(0.0, excess - positive);
    };
    if (operands > enumerated) {
        for (const auto& point : kernel.interactions()) cut(point.slow, point.seconds);
    } else {
        for (std::uint64_t slow = 1; slow < std::uint64_t{1} << operands; ++slow)
            cut(slow, kernel.seconds(slow));
    }
    return constant;
}

}  // namespace

KernelBounds kernel_bounds(const Model& model, std::span<const double> slow_share) {
    KernelBounds bounds;
    bounds.penalty.assign(static_cast<std::size_t>(model.stops()), 0);
    for (int step = 0; step < model.steps(); ++step) {
        const KernelTable& kernel = model.kernels[static_cast<std::size_t>(step)];
        const std::size_t operands = kernel.items().size();
        std::vector<double> share(operands), penalty(operands);
        for (std::size_t i = 0; i < operands; ++i) {
            share[i] = slow_share[static_cast<std::size_t>(model.stop_of(step, i))];
            penalty[i] = kernel.alone(i);
        }
        const double constant =
            kernel.interactions().empty() ? kernel.all_dram() : bound_kernel(kernel, share, penalty);
        for (std::size_t i = 0; i < operands; ++i) {
            bounds.penalty[static_cast<std::size_t>(model.stop_of(step, i))] = penalty[i];
        }
        bounds.constants.push_back(constant);
        bounds.constant += constant;
    }
    return bounds;
}

DramPrices::DramPrices(std::span<const double> per_gib) : until_(per_gib.size() + 1, 0.0) {
    std::partial_sum(per_gib.begin(), per_gib.end(), until_.begin() + 1);
}

double priced_route(const Model& model, int index, const DramPrices& prices, std::span<const double> penalty,
                    Freedom freedom, Route& route, std::span<const unsigned char> allowed) {
    const Item& item = model.items[static_cast<std::size_t>(index)];
    const double gib = gib_of(item);
    const auto first = static_cast<std::size_t>(model.first_stop[static_cast<std::size_t>(index)]);
    thread_local std::vector<StopPrice> stops;
    stops.resize(item.stops.size());
    for (std::size_t i = 0; i < stops.size(); ++i) {
        const int step = item.stops[i].step;
        stops[i] = {.slow = penalty[first + i],
                    .dram = gib * prices.at(step),
                    .hold = i > 0 ? gib * prices.over(item.stops[i - 1].step + 1, step) : 0,
                    .fetch = 0};
    }
    double home = item.persistent ? gib * prices.over(0, model.steps()) : 0;
    for (std::size_t i = 0; i < allowed.size(); ++i) {
        if (!allows(allowed[i], At::slow)) stops[i].slow = forbidden;
        if (!allows(allowed[i], At::fetched)) stops[i].fetch = forbidden;
        if (!allows(allowed[i], At::held)) stops[i].hold = home = forbidden;
        if ((allowed[i] & only_dram) == 0) stops[i].dram = forbidden;
    }
    return cheapest_route(item, stops, home, freedom, route);
}

double gib_of(const Item& item) {
    return framework::in_gib(item.bytes);
}

std::vector<double> in_gib(const std::vector<framework::Bytes>& bytes) {
    std::vector<double> gib;
    for (const framework::Bytes b : bytes) gib.push_back(framework::in_gib(b));
    return gib;
}

double route_cost(const Model& model, int index, const Route& route, std::span<const double> penalty) {
    const auto first = static_cast<std::size_t>(model.first_stop[static_cast<std::size_t>(index)]);
    double cost = stay(model.items[static_cast<std::size_t>(index)], route, model.steps()).move_s;
    for (std::size_t i = 0; i < route.size(); ++i) {
        if (route[i] == At::slow) cost += penalty[first + i];
    }
    return cost;
}

}  // namespace optimizer
