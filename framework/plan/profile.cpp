#include "framework/plan/profile.h"

#include <algorithm>

#include "framework/base/error.h"

namespace framework {

Seconds KernelProfile::seconds(TierMask slow) const {
    const auto measured = [&](TierMask mask) {
        return std::find_if(timings.begin(), timings.end(), [&](const Timing& t) { return t.slow == mask; });
    };
    if (const auto found = measured(slow); found != timings.end()) return found->median;
    const Seconds all_dram = timings.empty() ? 0 : timings.front().median;
    Seconds total = all_dram;
    for (TierMask bit = 1; bit != 0 && bit <= slow; bit <<= 1) {
        const auto alone = measured(slow & bit);
        if ((slow & bit) != 0 && alone != timings.end()) total += alone->median - all_dram;
    }
    return total;
}

CopyCosts copy_costs(const CopyCost& to_dram, const CopyCost& to_slow) {
    CopyCosts costs;
    costs[Tier::slow][Tier::dram] = to_dram;
    costs[Tier::dram][Tier::slow] = to_slow;
    return costs;
}

Placements placements_to_time(const Schedule& schedule, Step step) {
    const std::vector<StorageId>& operands = schedule.operands(step);
    struct Movable {
        TierMask bit;
        Bytes bytes;
    };
    std::vector<Movable> movable;
    Placements placements{.masks = {0}};
    TierMask all = 0;
    constexpr int most = Schedule::most_operands;
    require<UsageError>(std::ssize(operands) <= most, "kernel ", schedule.kernel(step), " has ",
                        operands.size(), " operands; a placement tells at most ", most,
                        " apart: split it, a long concat for one into several");
    for (std::size_t i = 0; i < operands.size(); ++i) {
        const Storage& storage = schedule.storages()[operands[i]];
        if (!storage.use_at(step).may_be_slow()) continue;
        movable.push_back({TierMask{1} << i, storage.bytes});
        placements.masks.push_back(movable.back().bit);
        all |= movable.back().bit;
    }
    const auto add = [&](TierMask mask) {
        const auto& known = placements.masks;
        if (std::find(known.begin(), known.end(), mask) == known.end()) placements.masks.push_back(mask);
    };
    add(all);
    placements.needed = placements.masks.size();
    if (movable.size() <= 4) {
        for (unsigned chosen = 1; chosen < 1U << movable.size(); ++chosen) {
            TierMask mask = 0;
            for (std::size_t i = 0; i < movable.size(); ++i) mask |= chosen >> i & 1U ? movable[i].bit : 0;
            add(mask);
        }
    } else {
        std::stable_sort(movable.begin(), movable.end(),
                         [](const Movable& a, const Movable& b) { return a.bytes > b.bytes; });
        add(movable[0].bit | movable[1].bit);
    }
    return placements;
}

}  // namespace framework
