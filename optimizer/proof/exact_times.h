// Times of a problem file in exact arithmetic: of kernels, of copies, and of the functions that a certificate
// puts below them.
#pragma once

#include <map>
#include <vector>

#include "optimizer/proof/document.h"

namespace optimizer {

// Times and prices as whole multiples of one small unit, the unit in which all of a file's are whole: with
// rates Rd and Rs (in lowest terms over 10^60) it is 1 s / (10^60 · 2^30 · Rd · Rs).
class TimeUnit {
  public:
    TimeUnit(const StoredCopy& to_dram, const StoredCopy& to_slow);

    Integer seconds(const Integer& decimal) const { return decimal * per_decimal_; }
    Integer second() const { return decimal_one() * per_decimal_; }
    // For DRAM of that size, at that price for a GiB.
    Integer price(const Integer& s_per_gib, framework::Bytes bytes) const {
        return s_per_gib * per_byte_ * bytes;
    }
    Integer copy(framework::Tier to, framework::Bytes bytes) const;  // latency + bytes / rate

  private:
    Integer per_decimal_, per_byte_;                         // units in 10^-60 s; in 10^-60 s/GiB · 1 B
    framework::PerTier<Integer> latency_, per_copied_byte_;  // of copies to that tier, in units
};

// The times of one kernel by the set of its operands that lie in slow memory. A set that is not listed takes
// the all-DRAM time and what each of its operands adds alone.
class KernelTimes {
  public:
    KernelTimes(const std::vector<StoredTime>& listed, std::size_t operands, const TimeUnit& unit);

    Integer at(framework::TierMask slow) const;

    // The least of time − constant − Σ penalties over all sets that hold every operand of `must` and else
    // only those of `may`: not negative where the function is nowhere above the kernel's time.
    Integer least_above(const Integer& constant, const std::vector<Integer>& penalties,
                        framework::TierMask may, framework::TierMask must) const;

  private:
    std::map<framework::TierMask, Integer> listed_;
    Integer all_dram_;
    std::vector<Integer> adds_;  // by operand alone; 0 for those that only DRAM may serve
};

}  // namespace optimizer
