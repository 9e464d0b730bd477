#include "framework/plan/places.h"

namespace framework {

Places::Places(const Schedule& schedule, const Plan& plan)
    : schedule_(schedule), plan_(plan), by_storage_(schedule.storages().size()) {
    for (std::size_t i = 0; i < plan.residencies.size(); ++i)
        by_storage_[static_cast<std::size_t>(plan.residencies[i].storage)].push_back(static_cast<int>(i));
}

int Places::at(int storage, int step) const {
    int found = -1;
    for (const int index : of(storage)) {
        if (residency(index).live.holds(step) && (found < 0 || residency(index).tier == Tier::dram))
            found = index;
    }
    return found;
}

TierMask Places::slow_operands(int step) const {
    TierMask mask = 0;
    const std::vector<int>& operands = schedule_.operands(step);
    for (std::size_t i = 0; i < operands.size() && i < 64; ++i) {
        const int index = at(operands[i], step);
        if (index < 0 || residency(index).tier == Tier::slow) mask |= TierMask{1} << i;
    }
    return mask;
}

Places::Ends Places::ends_of(const Move& move) const {
    Ends ends;
    for (const int index : of(move.storage)) {
        const Residency& r = residency(index);
        const bool holds =
            r.live.holds(move.step) || (r.live.last == move.step && move.step == schedule_.steps());
        const bool is_left = move.to == Tier::slow && r.live.last == move.step;
        if (r.tier == move.to && holds) ends.to = index;
        if (r.tier != move.to && (holds || is_left)) ends.from = index;
    }
    return ends;
}

}  // namespace framework
