// A storage: bytes that have one address, how long they are needed, and which kernels use them.
#pragma once

#include <string>
#include <vector>

#include "framework/base/units.h"
#include "framework/graph/graph.h"
#include "framework/plan/tier.h"

namespace framework {

using StorageId = Id<struct Storage>;    // index into Schedule::storages()
using Step = Id<struct StepOfSchedule>;  // position of a kernel; steps() means after the last kernel

struct LiveRange {
    Step first = 0, last = 0;  // steps [first, last)

    bool holds(Step step) const { return first <= step && step < last; }
    friend bool operator==(const LiveRange&, const LiveRange&) = default;
};

// A step whose kernel uses the storage. A kernel that overwrites a value that it reads sets both flags.
struct Use {
    Step step = 0;
    bool reads = false, writes = false;
    TierSet tiers{Tier::dram, Tier::slow};  // where the kernel may find it; DRAM is always among them

    bool may_be_slow() const { return tiers.holds(Tier::slow); }
    friend bool operator==(const Use&, const Use&) = default;
};

// Bytes that have an address: those of a tensor, and of all tensors that are written over it.
struct Storage {
    std::string name;     // of the first of these tensors
    TensorId tensor = 0;  // id of that tensor in the graph; meaningless without a graph
    Bytes bytes = 0;      // of the largest of these tensors
    LiveRange live;
    std::vector<Use> uses;    // by step
    bool persistent = false;  // holds its value across iterations: parameters, states

    const Use& use_at(Step step) const;  // there must be one
    // Some kernel must find it in DRAM: it cannot be in slow memory for life.
    bool needs_dram() const;
    // At some step of its live range no kernel needs it in DRAM. It is not so of scratch.
    bool may_be_slow() const;

    // It has a value before the first kernel: an input, or persistent.
    bool filled_before() const {
        return persistent || (live.first == 0 && live.last > 0 &&
                              (uses.empty() || uses.front().step > 0 || uses.front().reads));
    }
    // Its value is read from outside after the last kernel.
    bool read_after() const {
        return !persistent && (uses.empty() ? live.last > 0 : uses.back().step + 1 < live.last);
    }
};

}  // namespace framework
