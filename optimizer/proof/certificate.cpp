#include "optimizer/proof/certificate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "framework/base/error.h"

namespace optimizer {

using framework::DataError;
using framework::require;
using framework::Seconds;

namespace {

double units_per_gib(const Instance& instance) {
    return instance.units(static_cast<framework::Bytes>(framework::gib));
}

using Case = Certificate::Case;
using AllowedByStop = std::vector<unsigned char>;  // what each stop may do

AllowedByStop allowed_in(const Instance& instance, const Case& one) {
    AllowedByStop allowed(static_cast<std::size_t>(instance.stops()), anything);
    for (const Restriction& r : one.under) {
        require<DataError>(r.stop >= 0 && r.stop < instance.stops(), "its certificate is of another problem");
        allowed[static_cast<std::size_t>(r.stop)] &= r.allowed;
    }
    return allowed;
}

// Whether the cases are all there are below a node: one is the node itself, or they part at a stop, and what
// one side allows there is what the other does not.
bool cover(const std::vector<const Case*>& cases, std::size_t depth) {
    if (cases.empty()) return false;
    for (const Case* one : cases) {
        if (one->under.size() == depth) return true;
    }
    const Restriction& at = cases.front()->under[depth];
    std::vector<const Case*> these, others;
    for (const Case* one : cases) {
        const Restriction& r = one->under[depth];
        if (r.stop != at.stop) return false;
        if (r.allowed == at.allowed) these.push_back(one);
        if (r.allowed == (anything & ~at.allowed)) others.push_back(one);
    }
    // Both before either: a long list of restrictions alone must not become as many calls.
    return !others.empty() && cover(these, depth + 1) && cover(others, depth + 1);
}

// How far the least time of a kernel, over all sets of its operands that are allowed, is above
// constant + Σ penalties; or less, where there are too many sets to look at.
Seconds slack(const KernelTable& kernel, double constant, const std::vector<double>& penalty,
              std::uint64_t may_be_slow, std::uint64_t must_be_slow) {
    constexpr std::size_t enumerated = 12;
    const std::size_t operands = penalty.size();
    const auto above = [&](std::uint64_t slow, Seconds seconds) {
        double sum = constant;
        for (std::size_t i = 0; i < operands; ++i) sum += (slow >> i & 1U) != 0 ? penalty[i] : 0;
        return seconds - sum;
    };
    const auto allowed = [&](std::uint64_t slow) {
        return (slow & ~may_be_slow) == 0 && (must_be_slow & ~slow) == 0;
    };
    if (!kernel.interactions().empty() && operands <= enumerated) {
        Seconds least = forbidden;
        for (std::uint64_t slow = 0; slow < std::uint64_t{1} << operands; ++slow) {
            if (allowed(slow)) least = std::min(least, above(slow, kernel.seconds(slow)));
        }
        return least;
    }
    Seconds least = kernel.all_dram() - constant;
    for (std::size_t i = 0; i < operands; ++i) {
        const Seconds adds = kernel.alone(i) - penalty[i];
        if ((must_be_slow >> i & 1U) != 0) {
            least += adds;
        } else if ((may_be_slow >> i & 1U) != 0) {
            least += std::min(0.0, adds);
        }
    }
    for (const KernelTable::Point& point : kernel.interactions()) {
        if (allowed(point.slow)) least = std::min(least, above(point.slow, point.seconds));
    }
    return least;
}

void check_numbers(const Instance& instance, const Proof& proof) {
    const auto steps = static_cast<std::size_t>(instance.steps());
    require<DataError>(proof.price.size() == steps && proof.kernels->constants.size() == steps &&
                           std::ssize(proof.kernels->penalties) == instance.stops(),
                       "its certificate is of another problem");
    const auto finite = [](double x) { return std::isfinite(x); };
    require<DataError>(std::ranges::all_of(proof.price, [&](double p) { return finite(p) && p >= 0; }) &&
                           std::ranges::all_of(proof.kernels->constants, finite) &&
                           std::ranges::all_of(proof.kernels->penalties, finite),
                       "its certificate holds a price that is none");
}

// What functions are above their kernels by, by rounding; throws where it is more than that.
Seconds excess(const Instance& instance, const KernelFunctions& functions, const AllowedByStop& allowed) {
    constexpr double rounding = 1e-8;  // KernelTable takes 1e-9 for nothing
    Seconds sum = 0;
    std::vector<double> penalty;
    for (int step = 0; step < instance.steps(); ++step) {
        const KernelTable& kernel = instance.kernels[static_cast<std::size_t>(step)];
        const double constant = functions.constants[static_cast<std::size_t>(step)];
        penalty.clear();
        double size = std::abs(constant);
        std::uint64_t may = 0, must = 0;
        for (std::size_t i = 0; i < kernel.items().size(); ++i) {
            const auto stop = static_cast<std::size_t>(instance.stop_of(step, i));
            penalty.push_back(functions.penalties[stop]);
            size += std::abs(penalty.back());
            may |= std::uint64_t{(allowed[stop] & only_slow) != 0} << i;
            must |= std::uint64_t{(allowed[stop] & only_dram) == 0} << i;
        }
        const Seconds above = std::max(0.0, -slack(kernel, constant, penalty, may, must));
        require<DataError>(above <= rounding * size, "its certificate claims ", above,
                           " s too much of kernel ", instance.problem.schedule.kernel(step));
        sum += above;
    }
    return sum;
}

// What rounding may have added to a bound, at the most: every sum in it is of fewer than `terms` numbers.
Seconds rounding_of(const Instance& instance, const Proof& proof, const std::vector<double>& per_unit,
                    const std::vector<double>& room) {
    const double terms = static_cast<double>(instance.steps() + instance.stops());
    double magnitude = 0, sizes = 0;
    for (const double constant : proof.kernels->constants) magnitude += std::abs(constant);
    for (const double penalty : proof.kernels->penalties) magnitude += std::abs(penalty);
    for (const Item& item : instance.items) {
        const double stops = static_cast<double>(item.stops.size());
        sizes += (stops + 2) * item.size;
        magnitude += stops * (item.fetch_s + item.spill_s);
    }
    const double dearest = std::accumulate(per_unit.begin(), per_unit.end(), 0.0);
    const double widest = *std::max_element(room.begin(), room.end());
    magnitude += dearest * (sizes + std::abs(widest));
    return 2 * terms * std::numeric_limits<double>::epsilon() * magnitude;
}

Seconds bound_of(const Instance& instance, const Proof& proof, const AllowedByStop& allowed,
                 Freedom freedom) {
    std::vector<double> per_unit = proof.price;
    for (double& price : per_unit) price /= units_per_gib(instance);
    const DramPrices prices(per_unit);
    const std::vector<double> room = in_units(instance, instance.room);
    const std::vector<double>& constants = proof.kernels->constants;
    Seconds bound = std::accumulate(constants.begin(), constants.end(), 0.0) -
                    std::inner_product(room.begin(), room.end(), per_unit.begin(), 0.0) -
                    rounding_of(instance, proof, per_unit, room);
    // A stop that no kernel makes costs nothing in slow memory.
    std::vector<double> penalties = proof.kernels->penalties;
    for (std::size_t item = 0; item < instance.items.size(); ++item) {
        const auto& stops = instance.items[item].stops;
        for (std::size_t i = 0; i < stops.size(); ++i) {
            if (stops[i].bit < 0) penalties[static_cast<std::size_t>(instance.first_stop[item]) + i] = 0;
        }
    }
    Route route;
    for (std::size_t item = 0; item < instance.items.size(); ++item) {
        const std::span stops(allowed.begin() + instance.first_stop[item],
                              allowed.begin() + instance.first_stop[item + 1]);
        const bool free = std::ranges::all_of(stops, [](unsigned char a) { return a == anything; });
        const double cost = priced_route(instance, static_cast<int>(item), prices, penalties, freedom, route,
                                         free ? std::span<const unsigned char>() : stops);
        if (cost == forbidden) return forbidden;  // there is no such placement
        bound += cost;
    }
    require<DataError>(std::isfinite(bound), "its certificate holds numbers beyond all bounds");
    return bound;
}

}  // namespace

std::shared_ptr<const Proof> proof(const Instance& instance, const KernelBounds& kernels,
                                   const std::vector<double>& per_unit, Seconds bound_s, const Proof* like) {
    auto made = std::make_shared<Proof>();
    made->price = per_unit;
    for (double& price : made->price) price *= units_per_gib(instance);
    const bool same =
        like && like->kernels->constants == kernels.constants && like->kernels->penalties == kernels.penalty;
    made->kernels =
        same ? like->kernels
             : std::make_shared<KernelFunctions>(KernelFunctions{kernels.constants, kernels.penalty});
    made->bound_s = bound_s;
    return made;
}

Certificate certificate(Freedom freedom, std::shared_ptr<const Proof> proof) {
    return {freedom == Freedom::synchronous, {{{}, std::move(proof)}}};
}

Seconds proved_bound(const Problem& problem, const Certificate& certificate) {
    const Instance instance(problem);
    std::vector<const Case*> cases;
    for (const Case& one : certificate.cases) {
        cases.push_back(&one);
        require<DataError>(std::ssize(one.under) <= 3 * instance.stops(), "its certificate goes too deep");
        check_numbers(instance, *one.proof);
    }
    require<DataError>(cover(cases, 0), "its certificate leaves placements out");
    // Functions that hold wherever operands are need not be looked at for every case.
    std::map<const KernelFunctions*, std::optional<Seconds>> everywhere;
    const AllowedByStop all(static_cast<std::size_t>(instance.stops()), anything);
    for (const Case& one : certificate.cases) {
        const auto [found, first] = everywhere.try_emplace(one.proof->kernels.get());
        if (!first) continue;
        try {
            found->second = excess(instance, *one.proof->kernels, all);
        } catch (const DataError&) {
            if (one.under.empty()) throw;
        }
    }
    const Freedom freedom = certificate.moving ? Freedom::synchronous : Freedom::static_;
    Seconds least = forbidden;
    for (const Case& one : certificate.cases) {
        const AllowedByStop allowed = allowed_in(instance, one);
        const Seconds bound = bound_of(instance, *one.proof, allowed, freedom);
        if (bound == forbidden) continue;
        const auto known = everywhere.at(one.proof->kernels.get());
        least = std::min(least, bound - (known ? *known : excess(instance, *one.proof->kernels, allowed)));
    }
    return std::max(0.0, std::isfinite(least) ? least : 0.0);
}

}  // namespace optimizer
