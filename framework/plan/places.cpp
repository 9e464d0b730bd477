#include "framework/plan/places.h"

namespace framework {

Places::Places(const Schedule& schedule, const Plan& plan)
    : schedule_(schedule), plan_(plan), by_storage_(schedule.storages().size()) {
    for (const ResidencyId i : plan.residencies.ids()) by_storage_[plan.residencies[i].storage].push_back(i);
}

ResidencyId Places::at(StorageId storage, Step step) const {
    ResidencyId found = -1;
    for (const ResidencyId index : of(storage)) {
        if (residency(index).live.holds(step) && (found < 0 || residency(index).tier == Tier::dram))
            found = index;
    }
    return found;
}

TierMask Places::slow_operands(Step step) const {
    TierMask mask = 0;
    const std::vector<StorageId>& operands = schedule_.operands(step);
    for (std::size_t i = 0; i < operands.size() && i < 64; ++i) {
        const ResidencyId index = at(operands[i], step);
        if (index < 0 || residency(index).tier == Tier::slow) mask |= TierMask{1} << i;
    }
    return mask;
}

Places::Ends Places::ends_of(const Move& move) const {
    Ends ends;
    for (const ResidencyId index : of(move.storage)) {
        const Residency& r = residency(index);
        const bool holds =
            r.live.holds(move.due) || (r.live.last == move.due && move.due == schedule_.steps());
        const bool is_left = move.to == Tier::slow && r.live.last == move.due;
        if (r.tier == move.to && holds) ends.to = index;
        if (r.tier == move.from && (holds || is_left)) ends.from = index;
    }
    return ends;
}

}  // namespace framework
