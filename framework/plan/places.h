// Looks up where a plan has each storage at each step, without a search over all residencies.
#pragma once

#include <vector>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"

namespace framework {

class Places {
  public:
    Places(const Schedule& schedule, const Plan& plan);

    // Indices of the residencies of a storage, in the order of the plan.
    const std::vector<ResidencyId>& of(StorageId storage) const { return by_storage_[storage]; }
    // The residency that the kernel of a step uses for a storage, like residency_at(); -1 if there is none.
    ResidencyId at(StorageId storage, Step step) const;
    TierMask slow_operands(Step step) const;  // bit i is set if Schedule::operands(step)[i] is there

    // Indices of the residencies that a move copies from and to. Both exist in a plan that validate()
    // accepts.
    struct Ends {
        ResidencyId from = -1, to = -1;
    };
    Ends ends_of(const Move& move) const;

  private:
    const Residency& residency(ResidencyId index) const { return plan_.residencies[index]; }

    const Schedule& schedule_;
    const Plan& plan_;
    Indexed<StorageId, std::vector<ResidencyId>> by_storage_;
};

}  // namespace framework
