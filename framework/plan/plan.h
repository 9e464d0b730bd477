// What a plan says: where every tensor's bytes are at each step, and which copies run between the kernels.
#pragma once

#include <string>
#include <vector>

#include "framework/base/units.h"
#include "framework/plan/schedule.h"
#include "framework/plan/tier.h"

namespace framework {

// A storage holds [offset, offset + bytes) of a tier's arena from the moves before the kernel of live.first
// until the kernel of live.last − 1 has ended. A kernel finds an operand in DRAM where a DRAM residency of it
// covers the step, in slow memory otherwise.
struct Residency {
    StorageId storage = 0;
    Tier tier = Tier::dram;
    LiveRange live;
    Bytes offset = 0;

    friend bool operator==(const Residency&, const Residency&) = default;
};

// A copy of a whole storage, from its residency in one tier to that in another. It may run beside the kernels
// of [start, due) and has ended before the kernel of `due`; at `steps()`, after the last one. What of it has
// not run by then runs between the kernels of due − 1 and due: where start = due, which is all that
// validate() accepts so far, that is the whole copy. Moves that are due at one step run in the order of the
// list, spills before prefetches, and a spill still finds the DRAM residency that ends at its step.
struct Move {
    StorageId storage = 0;
    Tier from = Tier::dram, to = Tier::slow;  // to slow memory: a spill; to DRAM: a prefetch
    Step start = 0, due = 0;

    friend bool operator==(const Move&, const Move&) = default;
};

using ResidencyId = Id<Residency>;

// A move in line with the kernels, between those of step − 1 and step.
constexpr Move move_at(Step step, StorageId storage, Tier to) {
    return {storage, to == Tier::dram ? Tier::slow : Tier::dram, to, step, step};
}

struct Plan {
    Indexed<ResidencyId, Residency> residencies;
    std::vector<Move> moves;  // by `due`
    PerTier<Bytes> arena;     // heights

    friend bool operator==(const Plan&, const Plan&) = default;
};

// The bytes that lie in a tier, by step, and the most of them: no arena of it can be lower.
Indexed<Step, Bytes> live_bytes(const Schedule& schedule, const Plan& plan, Tier tier);
Bytes most_live(const Schedule& schedule, const Plan& plan, Tier tier);

// The index of the residency that the kernel of a step uses for a storage, -1 where there is none.
ResidencyId residency_at(const Plan& plan, StorageId storage, Step step);

// Where a value that is there before the first kernel lies: a parameter, a state, an input. That is its
// residency of step 0 in DRAM, unless a prefetch at step 0 is what fills that one: then the one in slow
// memory. -1: none. Persistent storages are back there after the last kernel.
ResidencyId residency_at_start(const Plan& plan, StorageId storage);

// A judge that shares no code with the solvers: plays the plan step by step on two arenas, following which
// bytes hold what. Returns the first fault as a sentence, empty if there is none: an operand that is not
// where the plan says or was overwritten, addresses beyond an arena or the budget, a copy of what is not
// there, a storage in a tier that may not hold it, a persistent one that does not end where the next
// iteration looks for it. A slow_capacity of 0 is no limit.
std::string validate(const Schedule& schedule, const Plan& plan, Bytes dram_budget, Bytes slow_capacity = 0);

// A line for each storage, by first step: name, size, live range, tiers and moves. Same plan, same text.
//   tensor                     size   live range   tier   moves
//   stage1.block1.conv1.y   196 MiB   [ 12, 338)   dram   spill @14, prefetch @331
std::string print_plan(const Schedule& schedule, const Plan& plan);

}  // namespace framework
