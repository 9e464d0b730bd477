// Seconds that each kernel takes, by the tiers of its operands, and what copies between the tiers cost.
#pragma once

#include <cstdint>
#include <vector>

#include "framework/base/units.h"
#include "framework/plan/schedule.h"

namespace framework {

// Bit i is set where operand i (of Schedule::operands(step)) lies in slow memory.
using TierMask = std::uint64_t;

struct Timing {
    TierMask slow = 0;
    Seconds median = 0, spread = 0;  // spread: the interquartile range
    int runs = 0;  // that these are of; 0: a share of what several operands took together, or not known
};

// The timings of one step's kernel. The first is the one with every operand in DRAM.
struct KernelProfile {
    std::vector<Timing> timings;

    // As measured; where a mask was not, the all-DRAM time and what each operand in slow memory adds alone.
    Seconds seconds(TierMask slow) const;
};

// The placements of a step's operands that are timed, the all-DRAM one first: one operand in slow memory at a
// time, then all of them; of up to four operands every other placement too, beyond that the two largest
// together, as a check of how operands interact. What only DRAM may hold stays there. The first `needed` of
// them determine every other by KernelProfile::seconds().
struct Placements {
    std::vector<TierMask> masks;
    std::size_t needed = 0;
};
// Throws UsageError for a kernel of more than Schedule::most_operands.
Placements placements_to_time(const Schedule& schedule, Step step);

struct CopyCost {
    Seconds latency = 0;
    double bytes_per_s = 0;
    int threads = 0;  // that copy; 0: all there are

    Seconds seconds(Bytes bytes) const { return latency + static_cast<double>(bytes) / bytes_per_s; }
};

using CopyCosts = PerTier<PerTier<CopyCost>>;  // [from][to]
CopyCosts copy_costs(const CopyCost& to_dram, const CopyCost& to_slow);

struct Profile {
    Indexed<Step, KernelProfile> kernels;
    CopyCosts copy;
};

}  // namespace framework
