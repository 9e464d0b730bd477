// A plan: where every tensor's bytes are at each step, and which copies run between the kernels.
#pragma once

#include <string>
#include <vector>

#include "framework/base/units.h"
#include "framework/plan/schedule.h"
#include "framework/plan/tier.h"

namespace framework {

// A storage holds [offset, offset + bytes) of a tier's arena, the block of memory in which the plan gives
// addresses. It holds them from the moves before the kernel of live.first until the kernel of live.last − 1
// has ended. A kernel uses an operand in DRAM if a DRAM residency of the operand covers the step, else in
// slow memory.
struct Residency {
    StorageId storage = 0;
    Tier tier = Tier::dram;
    LiveRange live;
    Bytes offset = 0;

    friend bool operator==(const Residency&, const Residency&) = default;
};

// A copy of a whole storage, from its residency in one tier to its residency in another. It may run beside
// the kernels of [start, due). Bytes that are left when the kernel of due − 1 has ended are copied before the
// kernel of `due` begins; due = steps() means after the last kernel. So far validate() accepts only start =
// due: the whole copy runs between two kernels. Moves that are due at the same step run in the order of the
// list, spills before prefetches. A spill may still read the DRAM residency that ends at its step.
struct Move {
    StorageId storage = 0;
    Tier from = Tier::dram, to = Tier::slow;  // to slow memory: a spill; to DRAM: a prefetch
    Step start = 0, due = 0;

    friend bool operator==(const Move&, const Move&) = default;
};

using ResidencyId = Id<Residency>;

// A move that runs between the kernels of step − 1 and step.
constexpr Move move_at(Step step, StorageId storage, Tier to) {
    return {storage, to == Tier::dram ? Tier::slow : Tier::dram, to, step, step};
}

struct Plan {
    Indexed<ResidencyId, Residency> residencies;
    std::vector<Move> moves;  // by `due`
    PerTier<Bytes> arena;     // sizes

    friend bool operator==(const Plan&, const Plan&) = default;
};

// The bytes that a plan keeps in a tier at each step, and their maximum: no arena can be smaller than that.
Indexed<Step, Bytes> live_bytes(const Schedule& schedule, const Plan& plan, Tier tier);
Bytes most_live(const Schedule& schedule, const Plan& plan, Tier tier);

// The index of the residency that the kernel of a step uses for a storage; -1 if there is none.
ResidencyId residency_at(const Plan& plan, StorageId storage, Step step);

// The index of the residency that holds a parameter, a state or an input before the first kernel; -1 if there
// is none. This is the DRAM residency that covers step 0, unless a prefetch at step 0 fills it; then it is
// the residency in slow memory. After the last kernel, parameters and states are in this residency again.
ResidencyId residency_at_start(const Plan& plan, StorageId storage);

// Judges a plan; shares no code with the solvers. It plays the plan step by step on two arenas and follows
// which bytes hold which value. Returns the first fault as a sentence, or an empty text if there is none.
// Faults are: an operand that is not where the plan says or was overwritten; addresses beyond an arena or the
// budget; a copy of a value that is not there; a storage in a tier that may not hold it; a persistent storage
// that does not end where the next iteration looks for it. A slow_capacity of 0 means no limit.
std::string validate(const Schedule& schedule, const Plan& plan, Bytes dram_budget, Bytes slow_capacity = 0);

// Prints a line for each storage, ordered by first step. The same plan always gives the same text.
//   tensor                     size   live range   tier   moves
//   stage1.block1.conv1.y   196 MiB   [ 12, 338)   dram   spill @14, prefetch @331
std::string print_plan(const Schedule& schedule, const Plan& plan);

}  // namespace framework
