#include "optimizer/policies/baselines.h"

#include <algorithm>

#include "framework/base/error.h"
#include "optimizer/addresses/best_fit_pool.h"
#include "optimizer/feasibility.h"
#include "optimizer/search/partial_placement.h"
#include "optimizer/search/stopwatch.h"

namespace optimizer {

using framework::Bytes;
using framework::Step;
using framework::StorageId;
using framework::text;
using framework::Tier;

namespace {

Result feasible(const Instance& instance, framework::Plan plan, const Stopwatch& watch) {
    Result result;
    result.status = Status::feasible;
    result.plan = std::move(plan);
    result.stopped = Stopped::no_search;
    result.predicted_s = predicted_seconds(instance.problem, *result.plan);
    result.solve_s = watch.seconds();
    return result;
}

Result infeasible(const std::string& reason) {
    Result result;
    result.reason = reason;
    return result;
}

}  // namespace

Result all_dram(const Instance& instance) {
    const Stopwatch watch;
    const Problem& problem = instance.problem;
    const Routes routes = dram_routes(instance);
    Result result;
    result.plan = build_plan(instance, routes).plan;
    if (result.plan->arena[Tier::dram] > problem.dram_budget) {
        result.reason = all_dram_reason(problem, result.plan->arena[Tier::dram]);
        result.plan.reset();
        return result;
    }
    result.status = Status::optimal;
    result.stopped = Stopped::no_search;
    result.predicted_s = predicted_seconds(problem, *result.plan);
    result.solve_s = watch.seconds();
    return result;
}

Result all_slow(const Instance& instance) {
    const Stopwatch watch;
    if (const std::string reason = for_life_reason(instance); !reason.empty()) return infeasible(reason);
    const Routes routes = least_routes(instance, Freedom::static_);
    return feasible(instance, build_plan(instance, routes).plan, watch);
}

namespace {

struct FirstTouch {
    Routes routes;
    ByStorage<Bytes> offsets;  // in the pool; -1: not there
};

FirstTouch touch_first(const Instance& instance, Bytes pool_bytes) {
    const auto& storages = instance.problem.schedule.storages();
    const auto bytes = [&](StorageId storage) { return BestFitPool::pages(storages[storage].bytes); };
    auto begins = ByStep<std::vector<ItemId>>::filled(instance.steps()), ends = begins;
    for (const ItemId id : instance.items.ids()) {
        if (instance.items[id].needs_dram) continue;
        const framework::LiveRange& live = instance.items[id].live;
        begins[live.first].push_back(id);
        ends[live.last - 1].push_back(id);
    }
    BestFitPool pool(pool_bytes);
    FirstTouch found{least_routes(instance, Freedom::static_),
                     ByStorage<Bytes>::filled(storages.count(), -1)};
    for (const Step step : begins.ids()) {
        for (const ItemId id : begins[step]) {
            const StorageId storage = instance.items[id].storage;
            Bytes& offset = found.offsets[storage];
            offset = pool.allocate(bytes(storage));
            if (offset >= 0) found.routes[id] = dram_route(instance.items[id]);
        }
        for (const ItemId id : ends[step]) {
            const StorageId storage = instance.items[id].storage;
            const Bytes offset = found.offsets[storage];
            if (offset >= 0) pool.release(offset, bytes(storage));
        }
    }
    return found;
}

}  // namespace

Result first_touch(const Instance& instance) {
    const Stopwatch watch;
    const Problem& problem = instance.problem;
    if (const std::string reason = for_life_reason(instance); !reason.empty()) return infeasible(reason);
    // With DRAM for all, AutoTM's pool has a tenth more, and gaps do not matter.
    if (problem.schedule.peak_bytes() <= problem.dram_budget) {
        const FirstTouch all = touch_first(instance, problem.dram_budget + problem.dram_budget / 10);
        framework::Plan plan = build_plan(instance, all.routes, problem.dram_budget).plan;
        if (plan.arena[Tier::dram] <= problem.dram_budget) return feasible(instance, std::move(plan), watch);
    }
    framework::Plan apart = unplaced_plan(instance, least_routes(instance, Freedom::static_));
    place(apart, Tier::dram, problem.schedule);
    const Bytes pool = problem.dram_budget - apart.arena[Tier::dram];
    const FirstTouch found = touch_first(instance, pool);
    // The pool has decided; an arena without its gaps holds the same.
    framework::Plan plan = build_plan(instance, found.routes, problem.dram_budget).plan;
    if (plan.arena[Tier::dram] <= problem.dram_budget) return feasible(instance, std::move(plan), watch);
    plan = unplaced_plan(instance, found.routes);
    ByStorage<Bytes> offsets = found.offsets;
    for (const framework::Residency& r : apart.residencies) {
        if (r.tier == Tier::dram) offsets[r.storage] = pool / 64 * 64 + r.offset;
    }
    for (framework::Residency& r : plan.residencies) {
        if (r.tier != Tier::dram) continue;
        const Bytes bytes = framework::aligned(problem.schedule.storages()[r.storage].bytes);
        r.offset = offsets[r.storage];
        plan.arena[Tier::dram] = std::max(plan.arena[Tier::dram], r.offset + bytes);
    }
    place(plan, Tier::slow, problem.schedule);
    return feasible(instance, std::move(plan), watch);
}

namespace {

struct Choice {
    ItemId item;
    Route route;
    double saved, worth;  // seconds; seconds per size and step
};

// For a range of prices of DRAM, what each item would do where everything else has the least DRAM.
std::vector<Choice> choices(const Instance& instance) {
    const PartialPlacement placement(instance, Freedom::synchronous, instance.usable);
    std::vector<Choice> found;
    Route route;
    const double least_dram_s = predicted_seconds(instance, placement.routes());
    for (double price = 1e-10; price < 1e-2; price *= 4) {  // the dearer, the fewer steps in DRAM
        const DramPrices prices(ByStep<double>::filled(instance.steps(), price * least_dram_s));
        for (const ItemId item : instance.items.ids()) {
            placement.cheapest(item, route, &prices);
            double size = 0;
            for_each_dram_range(instance.items[item], route, instance.steps(), [&](Step first, Step last) {
                size += instance.items[item].size * (last - first);
            });
            const double saved =
                placement.cost_of(item, placement.route(item)) - placement.cost_of(item, route);
            if (saved > 0) found.push_back({item, route, saved, saved / std::max(size, 1e-12)});
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.worth > b.worth; });
    return found;
}

}  // namespace

Result greedy(const Instance& instance) {
    const Stopwatch watch;
    const Problem& problem = instance.problem;
    if (problem.schedule.peak_bytes() <= problem.dram_budget) {
        Result everything = all_dram(instance);
        if (everything.plan) return feasible(instance, std::move(*everything.plan), watch);
    }
    const std::vector<Choice> found = choices(instance);
    for (ByStep<Bytes> usable = instance.usable;;) {
        PartialPlacement placement(instance, Freedom::synchronous, usable);
        const bool any = std::ranges::any_of(usable, [](Bytes bytes) { return bytes > 0; });
        for (const Choice& choice : found) {
            if (!any) break;  // the least routes have a layout
            const Route before = placement.route(choice.item);
            placement.set_aside(choice.item);
            const bool better =
                placement.fits(choice.item, choice.route) &&
                placement.cost_of(choice.item, choice.route) < placement.cost_of(choice.item, before);
            placement.place(choice.item, better ? choice.route : before);
        }
        framework::Plan plan = build_plan(instance, placement.routes(), problem.dram_budget).plan;
        if (plan.arena[Tier::dram] <= problem.dram_budget) {
            return feasible(instance, std::move(plan), watch);
        }
        // What the layout could not fit.
        for (Bytes& bytes : usable) bytes = std::max<Bytes>(0, bytes - bytes / 50 - 1);
    }
}

}  // namespace optimizer
