// How long each kernel takes, by the tiers of its operands, and how long copies between the tiers take.
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
    int runs = 0;  // measured; 0: unknown, or the time is a share of a time of several operands together
};

// The timings of one step's kernel. The first is with every operand in DRAM.
struct KernelProfile {
    std::vector<Timing> timings;

    // The measured median. For a mask that was not measured: the all-DRAM time plus what each operand in slow
    // memory adds when it is there alone.
    Seconds seconds(TierMask slow) const;
};

// The placements of a step's operands that are timed: first all in DRAM, then each operand alone in slow
// memory, then all of them. With at most four operands every other placement follows; with more, the two
// largest together, as a check of how operands interact. Operands that only DRAM may serve stay there.
// KernelProfile::seconds() can compute the time of every placement from the first `needed` ones.
struct Placements {
    std::vector<TierMask> masks;
    std::size_t needed = 0;
};
// Throws UsageError for a kernel with more than Schedule::most_operands operands.
Placements placements_to_time(const Schedule& schedule, Step step);

struct CopyCost {
    Seconds latency = 0;
    double bytes_per_s = 0;
    int threads = 0;  // that copy; 0: all of the team

    Seconds seconds(Bytes bytes) const { return latency + static_cast<double>(bytes) / bytes_per_s; }
};

using CopyCosts = PerTier<PerTier<CopyCost>>;  // [from][to]
CopyCosts copy_costs(const CopyCost& to_dram, const CopyCost& to_slow);

struct Profile {
    Indexed<Step, KernelProfile> kernels;
    CopyCosts copy;
};

}  // namespace framework
