#include "optimizer/certificate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "framework/error.h"

namespace optimizer {

using framework::DataError;
using framework::require;
using framework::Seconds;

namespace {

double units_per_gib(const Model& model) {
    return model.units(static_cast<framework::Bytes>(framework::gib));
}

// How far the least time of a kernel, over all sets of its operands, is above constant + Σ penalties; at
// most, where there are too many sets to look at.
Seconds slack(const KernelTable& kernel, double constant, const std::vector<double>& penalty) {
    constexpr std::size_t enumerated = 12;
    const std::size_t operands = penalty.size();
    const auto affine = [&](std::uint64_t slow) {
        double sum = constant;
        for (std::size_t i = 0; i < operands; ++i) sum += (slow >> i & 1U) != 0 ? penalty[i] : 0;
        return sum;
    };
    Seconds least = kernel.all_dram() - constant;
    if (!kernel.interactions().empty() && operands <= enumerated) {
        for (std::uint64_t slow = 0; slow < std::uint64_t{1} << operands; ++slow)
            least = std::min(least, kernel.seconds(slow) - affine(slow));
        return least;
    }
    for (std::size_t i = 0; i < operands; ++i) least += std::min(0.0, kernel.alone(i) - penalty[i]);
    for (const KernelTable::Point& point : kernel.interactions())
        least = std::min(least, point.seconds - affine(point.slow));
    return least;
}

// What the functions are above their kernels by, by rounding; throws where it is more than that.
Seconds excess(const Model& model, const Certificate& certificate) {
    const auto steps = static_cast<std::size_t>(model.steps());
    const auto finite = [](double x) { return std::isfinite(x); };
    require<DataError>(certificate.price.size() == steps && certificate.constants.size() == steps &&
                           std::ssize(certificate.penalties) == model.stops(),
                       "its certificate is of another problem");
    require<DataError>(
        std::ranges::all_of(certificate.price, [&](double p) { return finite(p) && p >= 0; }) &&
            std::ranges::all_of(certificate.constants, finite) &&
            std::ranges::all_of(certificate.penalties, finite),
        "its certificate holds a price that is none");
    constexpr double rounding = 1e-8;  // KernelTable takes 1e-9 for nothing
    Seconds sum = 0;
    for (int step = 0; step < model.steps(); ++step) {
        const KernelTable& kernel = model.kernels[static_cast<std::size_t>(step)];
        const double constant = certificate.constants[static_cast<std::size_t>(step)];
        std::vector<double> penalty;
        double size = std::abs(constant);
        for (std::size_t i = 0; i < kernel.items().size(); ++i) {
            penalty.push_back(certificate.penalties[static_cast<std::size_t>(model.stop_of(step, i))]);
            size += std::abs(penalty.back());
        }
        const Seconds above = std::max(0.0, -slack(kernel, constant, penalty));
        require<DataError>(above <= rounding * size, "its certificate claims ", above,
                           " s too much of kernel ",
                           model.problem.graph.op(model.problem.schedule.op(step)).name);
        sum += above;
    }
    return sum;
}

}  // namespace

Certificate certificate(const Model& model, Freedom freedom, const KernelBounds& kernels,
                        const std::vector<double>& per_unit) {
    Certificate result{freedom == Freedom::moving, per_unit, kernels.constants, kernels.penalty};
    for (double& price : result.price) price *= units_per_gib(model);
    return result;
}

Seconds certified_bound(const Problem& problem, const Certificate& certificate) {
    const Model model(problem);
    const Seconds above = excess(model, certificate);
    std::vector<double> per_unit = certificate.price;
    for (double& price : per_unit) price /= units_per_gib(model);
    const DramPrices prices(per_unit);
    const std::vector<double> room = in_units(model, model.room);
    Seconds bound = -above +
                    std::accumulate(certificate.constants.begin(), certificate.constants.end(), 0.0) -
                    std::inner_product(room.begin(), room.end(), per_unit.begin(), 0.0);
    // A stop that no kernel makes costs nothing in slow memory.
    std::vector<double> penalties = certificate.penalties;
    for (std::size_t item = 0; item < model.items.size(); ++item) {
        const auto& stops = model.items[item].stops;
        for (std::size_t i = 0; i < stops.size(); ++i) {
            if (stops[i].bit < 0) penalties[static_cast<std::size_t>(model.first_stop[item]) + i] = 0;
        }
    }
    const Freedom freedom = certificate.moving ? Freedom::moving : Freedom::fixed;
    // What rounding may have added, at the most: every sum here is of fewer than `terms` numbers.
    double terms = static_cast<double>(model.steps() + model.stops()), magnitude = 0, sizes = 0;
    for (const double constant : certificate.constants) magnitude += std::abs(constant);
    for (const double penalty : penalties) magnitude += std::abs(penalty);
    for (std::size_t item = 0; item < model.items.size(); ++item) {
        const double stops = static_cast<double>(model.items[item].stops.size());
        sizes += (stops + 2) * model.items[item].size;
        magnitude += stops * (model.items[item].fetch_s + model.items[item].spill_s);
    }
    const double dearest = std::accumulate(per_unit.begin(), per_unit.end(), 0.0);
    const double widest = *std::max_element(room.begin(), room.end());
    magnitude += dearest * (sizes + std::abs(widest));
    bound -= 2 * terms * std::numeric_limits<double>::epsilon() * magnitude;
    Route route;
    for (std::size_t item = 0; item < model.items.size(); ++item)
        bound += priced_route(model, static_cast<int>(item), prices, penalties, freedom, route);
    require<DataError>(std::isfinite(bound), "its certificate holds numbers beyond all bounds");
    return std::max(0.0, bound);
}

}  // namespace optimizer
