// Where a plan has each storage at each step, looked up without a search over all residencies.
#pragma once

#include <vector>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"

namespace framework {

class Places {
  public:
    Places(const Schedule& schedule, const Plan& plan);

    // Indices of the residencies of a storage, as the plan lists them.
    const std::vector<int>& of(int storage) const { return by_storage_[static_cast<std::size_t>(storage)]; }
    // The residency that the kernel of a step uses for a storage, as residency_at(); -1: none.
    int at(int storage, int step) const;
    TierMask slow_operands(int step) const;  // those of Schedule::operands(step) in slow memory

    // What a move copies from and to: indices of residencies. A plan that validate() passes has both.
    struct Ends {
        int from = -1, to = -1;
    };
    Ends ends_of(const Move& move) const;

  private:
    const Residency& residency(int index) const { return plan_.residencies[static_cast<std::size_t>(index)]; }

    const Schedule& schedule_;
    const Plan& plan_;
    std::vector<std::vector<int>> by_storage_;
};

}  // namespace framework
