#include "experiments/common/plan_table.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "framework/base/error.h"

namespace experiments {

using framework::Bytes;
using framework::Indexed;
using framework::Plan;
using framework::StorageId;

namespace {

// The storages that the plan has somewhere, those with the most bytes in place and moved first.
std::vector<StorageId> by_weight(const framework::Schedule& schedule, const Plan& plan) {
    const auto& storages = schedule.storages();
    Indexed<StorageId, Bytes> weights(storages.size());
    std::vector<StorageId> order;
    for (const framework::Residency& r : plan.residencies) {
        if (weights[r.storage] == 0) order.push_back(r.storage);
        weights[r.storage] = std::max<Bytes>(1, storages[r.storage].bytes);
    }
    for (const framework::Move& move : plan.moves) weights[move.storage] += storages[move.storage].bytes;
    std::ranges::stable_sort(order, std::greater<>(), [&](StorageId id) { return weights[id]; });
    return order;
}

}  // namespace

Plan top_of(const framework::Schedule& schedule, const Plan& plan, std::size_t count) {
    std::vector<StorageId> kept = by_weight(schedule, plan);
    kept.resize(std::min(kept.size(), count));
    const auto keeps = [&](StorageId id) { return std::ranges::find(kept, id) != kept.end(); };
    Plan top;
    top.arena = plan.arena;
    for (const framework::Residency& r : plan.residencies) {
        if (keeps(r.storage)) top.residencies.push_back(r);
    }
    std::ranges::copy_if(plan.moves, std::back_inserter(top.moves), keeps, &framework::Move::storage);
    return top;
}

std::string plan_table(const framework::Schedule& schedule, const Plan& plan, std::optional<int> top) {
    const std::size_t all = by_weight(schedule, plan).size(),
                      shown = top ? std::min(all, static_cast<std::size_t>(*top)) : all;
    if (shown == all) return print_plan(schedule, plan);
    return framework::text(print_plan(schedule, top_of(schedule, plan, shown)), "the ", shown,
                           " largest or most moved of ", all,
                           " tensors; --all shows all, --top N another number\n");
}

}  // namespace experiments
