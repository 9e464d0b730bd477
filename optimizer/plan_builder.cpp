#include "optimizer/plan_builder.h"

#include <algorithm>

namespace optimizer {

using framework::Bytes;
using framework::Plan;
using framework::Residency;
using framework::Tier;

namespace {

Layout place(Plan& plan, Tier tier, const framework::Schedule& schedule, Bytes good_enough) {
    std::vector<Interval> intervals;
    for (const Residency& r : plan.residencies) {
        if (r.tier != tier) continue;
        intervals.push_back({r.live, schedule.storages()[static_cast<std::size_t>(r.storage)].bytes});
    }
    Layout layout = optimizer::layout(intervals, good_enough);
    std::size_t next = 0;
    for (Residency& r : plan.residencies) {
        if (r.tier == tier) r.offset = layout.offsets[next++];
    }
    return layout;
}

}  // namespace

Built build_plan(const Model& model, const Routes& routes, Bytes good_enough) {
    const framework::Schedule& schedule = model.problem.schedule;
    Built built;
    Plan& plan = built.plan;
    for (std::size_t i = 0; i < model.items.size(); ++i) {
        const Item& item = model.items[i];
        const Stay where = stay(item, routes[i], model.steps());
        for (const auto& live : where.dram) plan.residencies.push_back({item.storage, Tier::dram, live, 0});
        if (where.slow.last > 0) plan.residencies.push_back({item.storage, Tier::slow, where.slow, 0});
        plan.moves.insert(plan.moves.end(), where.moves.begin(), where.moves.end());
    }
    for (std::size_t i = 0; i < schedule.storages().size(); ++i) {  // kernels' scratch
        const auto& live = schedule.storages()[i].live;
        if (model.item_of[i] < 0 && live.first < live.last) {
            plan.residencies.push_back({static_cast<int>(i), Tier::dram, live, 0});
        }
    }
    std::stable_sort(plan.moves.begin(), plan.moves.end(), [](const auto& a, const auto& b) {
        return std::pair(a.step, a.to == Tier::dram) < std::pair(b.step, b.to == Tier::dram);
    });
    const Layout dram = place(plan, Tier::dram, schedule, good_enough);
    const Layout slow = place(plan, Tier::slow, schedule, 0);
    plan.dram_bytes = dram.height;
    plan.slow_bytes = slow.height;
    built.dram_lower_bound = dram.lower_bound;
    built.slow_lower_bound = slow.lower_bound;
    return built;
}

framework::Seconds predicted_seconds(const Model& model, const Routes& routes) {
    framework::Seconds total = 0;
    std::vector<std::uint64_t> slow(model.kernels.size(), 0);
    for (std::size_t i = 0; i < model.items.size(); ++i) {
        const Item& item = model.items[i];
        total += stay(item, routes[i], model.steps()).move_s;
        for (std::size_t s = 0; s < item.stops.size(); ++s) {
            if (item.stops[s].bit >= 0 && routes[i][s] == At::slow) {
                slow[static_cast<std::size_t>(item.stops[s].step)] |= std::uint64_t{1} << item.stops[s].bit;
            }
        }
    }
    for (std::size_t k = 0; k < slow.size(); ++k) total += model.kernels[k].seconds(slow[k]);
    return total;
}

Routes routes_in(const Model& model, Tier tier) {
    Routes routes;
    for (const Item& item : model.items) {
        routes.emplace_back(item.stops.size(), tier == Tier::slow ? At::slow : At::held);
        if (tier == Tier::dram && !item.persistent) routes.back().front() = At::fetched;
    }
    return routes;
}

}  // namespace optimizer
