#include "optimizer/addresses/plan_builder.h"

#include <algorithm>

#include "framework/plan/timeline.h"

namespace optimizer {

using framework::Bytes;
using framework::Plan;
using framework::Residency;
using framework::Step;
using framework::StorageId;
using framework::Tier;

Bytes place(Plan& plan, Tier tier, const framework::Schedule& schedule, Bytes enough) {
    ByInterval<Interval> intervals;
    for (const Residency& r : plan.residencies) {
        if (r.tier != tier) continue;
        intervals.push_back({r.live, schedule.storages()[r.storage].bytes});
    }
    const Layout layout = optimizer::layout(intervals, enough);
    IntervalId next = 0;
    for (Residency& r : plan.residencies) {
        if (r.tier != tier) continue;
        r.offset = layout.offsets[next];
        ++next;
    }
    plan.arena[tier] = layout.height;
    return layout.lower_bound;
}

Plan everything_in_dram(const framework::Schedule& schedule) {
    Plan plan;
    const auto& storages = schedule.storages();
    for (const StorageId id : storages.ids()) {
        const framework::LiveRange& live = storages[id].live;
        if (live.first < live.last) plan.residencies.push_back({id, Tier::dram, live, 0});
    }
    place(plan, Tier::dram, schedule);
    return plan;
}

ByStep<Bytes> overhang(const framework::Schedule& schedule, const Plan& plan, Bytes height) {
    auto out = ByStep<Bytes>::filled(schedule.steps());
    for (const Residency& r : plan.residencies) {
        if (r.tier != Tier::dram) continue;
        const Bytes end = r.offset + framework::aligned(schedule.storages()[r.storage].bytes);
        for (Step step = r.live.first; end > height && step < r.live.last; ++step) {
            out[step] = std::max(out[step], end - height);
        }
    }
    return out;
}

Plan unplaced_plan(const Instance& instance, const Routes& routes) {
    const auto& storages = instance.problem.schedule.storages();
    Plan plan;
    for (const ItemId id : instance.items.ids()) {
        const Item& item = instance.items[id];
        const Stay where = stay(item, routes[id], instance.steps());
        for (const auto& live : where.dram) plan.residencies.push_back({item.storage, Tier::dram, live, 0});
        if (where.slow.last > 0) plan.residencies.push_back({item.storage, Tier::slow, where.slow, 0});
        plan.moves.insert(plan.moves.end(), where.moves.begin(), where.moves.end());
    }
    for (const StorageId id : storages.ids()) {  // what can only be in DRAM, such as scratch
        const framework::LiveRange& live = storages[id].live;
        if (instance.item_of[id] >= 0 || live.first >= live.last) continue;
        plan.residencies.push_back({id, Tier::dram, live, 0});
    }
    std::stable_sort(plan.moves.begin(), plan.moves.end(), [](const auto& a, const auto& b) {
        return std::pair(int{a.due}, a.to == Tier::dram) < std::pair(int{b.due}, b.to == Tier::dram);
    });
    return plan;
}

Built build_plan(const Instance& instance, const Routes& routes, Bytes enough) {
    Built built{.plan = unplaced_plan(instance, routes)};
    built.dram_lower_bound = place(built.plan, Tier::dram, instance.problem.schedule, enough);
    place(built.plan, Tier::slow, instance.problem.schedule);
    return built;
}

framework::Seconds predicted_seconds(const Instance& instance, const Routes& routes) {
    framework::Seconds total = 0;
    auto slow = ByStep<std::uint64_t>::filled(instance.steps());
    for (const ItemId id : instance.items.ids()) {
        const Item& item = instance.items[id];
        const Route& route = routes[id];
        total += stay(item, route, instance.steps()).move_s;
        for (const ItemStop i : item.stops.ids()) {
            const Stop& stop = item.stops[i];
            if (stop.bit >= 0 && route[i] == At::slow) slow[stop.step] |= std::uint64_t{1} << stop.bit;
        }
    }
    for (const Step step : slow.ids()) total += instance.kernels[step].seconds(slow[step]);
    return total;
}

framework::Seconds predicted_seconds(const Problem& problem, const Plan& plan) {
    return framework::predicted_seconds(problem.schedule, plan, problem.profile);
}

Routes dram_routes(const Instance& instance) {
    Routes routes;
    for (const Item& item : instance.items) routes.push_back(dram_route(item));
    return routes;
}

ByStep<Bytes> dram_bytes(const Instance& instance, const Routes& routes) {
    auto bytes = ByStep<Bytes>::filled(instance.steps());
    for (const ItemId id : instance.items.ids()) {
        const Item& item = instance.items[id];
        for_each_dram_range(item, routes[id], instance.steps(), [&](Step first, Step last) {
            for (Step step = first; step < last; ++step) bytes[step] += item.bytes;
        });
    }
    return bytes;
}

Routes least_routes(const Instance& instance, Freedom freedom) {
    Routes routes;
    for (const Item& item : instance.items) routes.push_back(least_route(item, freedom));
    return routes;
}

}  // namespace optimizer
