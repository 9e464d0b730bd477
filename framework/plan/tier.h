// Tiers: the memories that can hold a tensor's bytes.
#pragma once

#include <initializer_list>

#include "framework/base/ids.h"

namespace framework {

enum class Tier { dram, slow };
inline constexpr int tiers = 2;
template <class T>
using PerTier = ByEnum<Tier, T, tiers>;

inline const char* name_of(Tier tier) {
    return tier == Tier::dram ? "dram" : "slow";
}

class TierSet {
  public:
    constexpr TierSet() = default;
    constexpr TierSet(std::initializer_list<Tier> tiers) {
        for (const Tier tier : tiers) bits_ |= 1U << static_cast<unsigned>(tier);
    }
    constexpr bool holds(Tier tier) const { return (bits_ >> static_cast<unsigned>(tier) & 1U) != 0; }
    friend constexpr TierSet operator&(TierSet a, TierSet b) {
        a.bits_ &= b.bits_;
        return a;
    }
    friend constexpr bool operator==(TierSet, TierSet) = default;

  private:
    unsigned bits_ = 0;
};

}  // namespace framework
