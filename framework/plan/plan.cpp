#include "framework/plan/plan.h"

#include <algorithm>
#include <iomanip>
#include <numeric>

#include "framework/base/error.h"

namespace framework {

Indexed<Step, Bytes> live_bytes(const Schedule& schedule, const Plan& plan, Tier tier) {
    auto live = Indexed<Step, Bytes>::filled(schedule.steps() + 1);  // first holds the changes by step
    for (const Residency& r : plan.residencies) {
        if (r.tier != tier) continue;
        const Bytes bytes = aligned(schedule.storages()[r.storage].bytes);
        live[r.live.first] += bytes;
        live[r.live.last] -= bytes;
    }
    std::partial_sum(live.begin(), live.end(), live.begin());
    live.pop_back();
    return live;
}

Bytes most_live(const Schedule& schedule, const Plan& plan, Tier tier) {
    const Indexed<Step, Bytes> live = live_bytes(schedule, plan, tier);
    return live.empty() ? 0 : *std::max_element(live.begin(), live.end());
}

ResidencyId residency_at(const Plan& plan, StorageId storage, Step step) {
    ResidencyId found = -1;
    for (const ResidencyId i : plan.residencies.ids()) {
        const Residency& residency = plan.residencies[i];
        if (residency.storage != storage || !residency.live.holds(step)) continue;
        if (found < 0 || residency.tier == Tier::dram) found = i;
    }
    return found;
}

ResidencyId residency_at_start(const Plan& plan, StorageId storage) {
    bool prefetched = false;
    for (const Move& move : plan.moves) {
        prefetched |= move.storage == storage && move.due == 0 && move.to == Tier::dram;
    }
    ResidencyId found = -1;
    for (const ResidencyId i : plan.residencies.ids()) {
        const Residency& residency = plan.residencies[i];
        if (residency.storage != storage || !residency.live.holds(0)) continue;
        if (residency.tier == (prefetched ? Tier::slow : Tier::dram) || (found < 0 && !prefetched)) {
            found = i;
        }
    }
    return found;
}

std::string print_plan(const Schedule& schedule, const Plan& plan) {
    const auto& storages = schedule.storages();
    Indexed<StorageId, std::string> tiers(storages.size()), moves(storages.size());
    const auto append = [](std::string& list, const std::string& item) {
        list += (list.empty() ? "" : ", ") + item;
    };
    std::vector<Residency> by_step = plan.residencies;
    std::ranges::stable_sort(by_step, {}, [](const Residency& r) { return int{r.live.first}; });
    for (const Residency& residency : by_step) {
        std::string& list = tiers[residency.storage];
        if (list.find(name_of(residency.tier)) == std::string::npos) append(list, name_of(residency.tier));
    }
    for (const Move& move : plan.moves) {
        append(moves[move.storage],
               (move.to == Tier::slow ? "spill @" : "prefetch @") + std::to_string(move.due));
    }

    std::vector<StorageId> order(storages.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](StorageId id) { return int{storages[id].live.first}; });
    std::size_t name_width = 6, tier_width = 4;
    for (const StorageId i : order) {
        name_width = std::max(name_width, storages[i].name.size());
        tier_width = std::max(tier_width, tiers[i].size());
    }
    const int digits = static_cast<int>(std::to_string(schedule.steps()).size());
    TextStream out;
    const auto line = [&](const std::string& name, const std::string& size, const std::string& range,
                          const std::string& tier, const std::string& moved) {
        out << "  " << std::left << std::setw(static_cast<int>(name_width)) << name << std::right
            << std::setw(11) << size << "   " << std::left << std::setw(2 * digits + 4) << range << "   "
            << std::setw(moved.empty() ? 0 : static_cast<int>(tier_width)) << tier
            << (moved.empty() ? "" : "   " + moved) << '\n';
    };
    line("tensor", "size", "live range", "tier", "moves");
    for (const StorageId i : order) {
        if (tiers[i].empty()) continue;
        TextStream range;
        range << '[' << std::setw(digits) << storages[i].live.first << ", " << std::setw(digits)
              << storages[i].live.last << ')';
        line(storages[i].name, print_bytes(storages[i].bytes), range.str(), tiers[i], moves[i]);
    }
    return out.str();
}

}  // namespace framework
