#include "optimizer/addresses/plan_builder.h"

#include <algorithm>

#include "framework/plan/timeline.h"

namespace optimizer {

using framework::Bytes;
using framework::Plan;
using framework::Residency;
using framework::Tier;

Bytes place(Plan& plan, Tier tier, const framework::Schedule& schedule, Bytes enough) {
    std::vector<Interval> intervals;
    for (const Residency& r : plan.residencies) {
        if (r.tier != tier) continue;
        intervals.push_back({r.live, schedule.storages()[r.storage].bytes});
    }
    const Layout layout = optimizer::layout(intervals, enough);
    std::size_t next = 0;
    for (Residency& r : plan.residencies) {
        if (r.tier == tier) r.offset = layout.offsets[next++];
    }
    plan.arena[tier] = layout.height;
    return layout.lower_bound;
}

Plan everything_in_dram(const framework::Schedule& schedule) {
    Plan plan;
    const auto& storages = schedule.storages();
    for (std::size_t i = 0; i < storages.size(); ++i) {
        if (storages[i].live.first < storages[i].live.last)
            plan.residencies.push_back({static_cast<int>(i), Tier::dram, storages[i].live, 0});
    }
    place(plan, Tier::dram, schedule);
    return plan;
}

std::vector<Bytes> overhang(const framework::Schedule& schedule, const Plan& plan, Bytes height) {
    std::vector<Bytes> out(static_cast<std::size_t>(schedule.steps()), 0);
    for (const Residency& r : plan.residencies) {
        if (r.tier != Tier::dram) continue;
        const Bytes end = r.offset + framework::aligned(schedule.storages()[r.storage].bytes);
        for (framework::Step step = r.live.first; end > height && step < r.live.last; ++step) {
            Bytes& most = out[step];
            most = std::max(most, end - height);
        }
    }
    return out;
}

Plan unplaced_plan(const Instance& instance, const Routes& routes) {
    const auto& storages = instance.problem.schedule.storages();
    Plan plan;
    for (std::size_t i = 0; i < instance.items.size(); ++i) {
        const Item& item = instance.items[i];
        const Stay where = stay(item, routes[i], instance.steps());
        for (const auto& live : where.dram) plan.residencies.push_back({item.storage, Tier::dram, live, 0});
        if (where.slow.last > 0) plan.residencies.push_back({item.storage, Tier::slow, where.slow, 0});
        plan.moves.insert(plan.moves.end(), where.moves.begin(), where.moves.end());
    }
    for (std::size_t i = 0; i < storages.size(); ++i) {  // kernels' scratch
        if (instance.item_of[i] >= 0 || storages[i].live.first >= storages[i].live.last) continue;
        plan.residencies.push_back({static_cast<int>(i), Tier::dram, storages[i].live, 0});
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
    std::vector<std::uint64_t> slow(instance.kernels.size(), 0);
    for (std::size_t i = 0; i < instance.items.size(); ++i) {
        const Item& item = instance.items[i];
        total += stay(item, routes[i], instance.steps()).move_s;
        for (std::size_t s = 0; s < item.stops.size(); ++s) {
            if (item.stops[s].bit >= 0 && routes[i][s] == At::slow) {
                slow[item.stops[s].step] |= std::uint64_t{1} << item.stops[s].bit;
            }
        }
    }
    for (std::size_t k = 0; k < slow.size(); ++k) total += instance.kernels[k].seconds(slow[k]);
    return total;
}

framework::Seconds predicted_seconds(const Problem& problem, const Plan& plan) {
    return framework::predicted_seconds(problem.schedule, plan, problem.profile);
}

Routes routes_in(const Instance& instance, Tier tier) {
    Routes routes;
    for (const Item& item : instance.items) {
        routes.emplace_back(item.stops.size(), tier == Tier::slow ? At::slow : At::held);
        if (tier == Tier::dram && !item.persistent) routes.back().front() = At::fetched;
    }
    return routes;
}

}  // namespace optimizer
