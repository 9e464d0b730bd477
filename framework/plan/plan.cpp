#include "framework/plan/plan.h"

#include <algorithm>
#include <iomanip>
#include <numeric>

#include "framework/base/error.h"

namespace framework {

std::vector<Bytes> live_bytes(const Schedule& schedule, const Plan& plan, Tier tier) {
    std::vector<Bytes> live(static_cast<std::size_t>(schedule.steps()) + 1, 0);  // as changes at first
    for (const Residency& r : plan.residencies) {
        if (r.tier != tier) continue;
        const Bytes bytes = aligned(schedule.storages()[static_cast<std::size_t>(r.storage)].bytes);
        live[static_cast<std::size_t>(r.live.first)] += bytes;
        live[static_cast<std::size_t>(r.live.last)] -= bytes;
    }
    std::partial_sum(live.begin(), live.end(), live.begin());
    live.pop_back();
    return live;
}

Bytes most_live(const Schedule& schedule, const Plan& plan, Tier tier) {
    const std::vector<Bytes> live = live_bytes(schedule, plan, tier);
    return live.empty() ? 0 : *std::max_element(live.begin(), live.end());
}

int residency_at(const Plan& plan, int storage, int step) {
    int found = -1;
    for (std::size_t i = 0; i < plan.residencies.size(); ++i) {
        const Residency& residency = plan.residencies[i];
        if (residency.storage != storage || !residency.live.holds(step)) continue;
        if (found < 0 || residency.tier == Tier::dram) found = static_cast<int>(i);
    }
    return found;
}

int residency_at_start(const Plan& plan, int storage) {
    bool prefetched = false;
    for (const Move& move : plan.moves) {
        prefetched |= move.storage == storage && move.step == 0 && move.to == Tier::dram;
    }
    int found = -1;
    for (std::size_t i = 0; i < plan.residencies.size(); ++i) {
        const Residency& residency = plan.residencies[i];
        if (residency.storage != storage || !residency.live.holds(0)) continue;
        if (residency.tier == (prefetched ? Tier::slow : Tier::dram) || (found < 0 && !prefetched)) {
            found = static_cast<int>(i);
        }
    }
    return found;
}

std::string print_plan(const Schedule& schedule, const Plan& plan) {
    const std::vector<Storage>& storages = schedule.storages();
    std::vector<std::string> tiers(storages.size()), moves(storages.size());
    const auto append = [](std::string& list, const std::string& item) {
        list += (list.empty() ? "" : ", ") + item;
    };
    std::vector<std::size_t> by_step(plan.residencies.size());
    std::iota(by_step.begin(), by_step.end(), 0U);
    std::stable_sort(by_step.begin(), by_step.end(), [&](std::size_t a, std::size_t b) {
        return plan.residencies[a].live.first < plan.residencies[b].live.first;
    });
    for (const std::size_t i : by_step) {
        const Residency& residency = plan.residencies[i];
        std::string& list = tiers[static_cast<std::size_t>(residency.storage)];
        if (list.find(name_of(residency.tier)) == std::string::npos) append(list, name_of(residency.tier));
    }
    for (const Move& move : plan.moves) {
        append(moves[static_cast<std::size_t>(move.storage)],
               (move.to == Tier::slow ? "spill @" : "prefetch @") + std::to_string(move.step));
    }

    std::vector<std::size_t> order(storages.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return storages[a].live.first < storages[b].live.first;
    });
    std::size_t name_width = 6, tier_width = 4;
    for (const std::size_t i : order) {
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
    for (const std::size_t i : order) {
        if (tiers[i].empty()) continue;
        TextStream range;
        range << '[' << std::setw(digits) << storages[i].live.first << ", " << std::setw(digits)
              << storages[i].live.last << ')';
        line(storages[i].name, print_bytes(storages[i].bytes), range.str(), tiers[i], moves[i]);
    }
    return out.str();
}

}  // namespace framework
