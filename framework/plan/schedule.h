// The order in which kernels run, and when each tensor's bytes are needed: plain data that needs no graph.
//
//        step     0     1     2     3     4
//        kernel   conv  relu  conv' ...
//        x        [-----------)               a live range is half-open: first needed at 0, free at 2
//        w        [----------------------)    parameters, states and what is read from outside live
//        throughout
#pragma once

#include <string>
#include <vector>

#include "framework/base/units.h"
#include "framework/graph/graph.h"
#include "framework/plan/tier.h"

namespace framework {

using StorageId = Id<struct Storage>;    // index into Schedule::storages()
using Step = Id<struct StepOfSchedule>;  // position of a kernel; steps() is after the last one

struct LiveRange {
    Step first = 0, last = 0;  // steps [first, last)

    bool holds(Step step) const { return first <= step && step < last; }
    friend bool operator==(const LiveRange&, const LiveRange&) = default;
};

// A step at which a storage is an operand of the kernel; both where the kernel writes over what it reads.
struct Use {
    Step step = 0;
    bool reads = false, writes = false;

    friend bool operator==(const Use&, const Use&) = default;
};

// Bytes that have an address: a tensor and all that are written over it.
struct Storage {
    std::string name;     // of the tensor that was there first
    TensorId tensor = 0;  // its id in the graph; of no meaning without one
    Bytes bytes = 0;      // of the largest of them
    LiveRange live;
    std::vector<Use> uses;                  // by step
    bool persistent = false;                // holds its value across iterations: parameters, states
    TierSet tiers{Tier::dram, Tier::slow};  // that may hold it; a kernel's scratch: DRAM alone

    // It has a value before the first kernel: an input, or persistent.
    bool filled_before() const {
        return persistent || (live.first == 0 && live.last > 0 &&
                              (uses.empty() || uses.front().step > 0 || uses.front().reads));
    }
    // Somebody reads it after the last kernel.
    bool read_after() const {
        return !persistent && (uses.empty() ? live.last > 0 : uses.back().step + 1 < live.last);
    }
};

// A kernel that needs no op: what it is called and the storages that it touches, each of them once.
struct KernelUses {
    struct Operand {
        StorageId storage = 0;
        bool reads = false, writes = false;
    };
    std::string name;
    std::vector<Operand> operands;
};

class Schedule {
  public:
    explicit Schedule(const Graph& graph);  // the order as created
    // From data alone: `uses` of the storages follow from the kernels. A live range begins at 0 (filled
    // before the first kernel) or at the first use, which writes it; later uses that write it read it too.
    // It ends after the last use, or at the last step (read after the last kernel); it is all steps where the
    // storage is persistent. Throws DataError.
    Schedule(const Indexed<Step, KernelUses>& kernels, Indexed<StorageId, Storage> storages);

    int steps() const { return operands_.count(); }
    OpId op(Step step) const { return ops_[step]; }                            // of a graph's schedule
    const std::string& kernel(Step step) const { return kernels_[step]; }      // its name
    const Indexed<StorageId, Storage>& storages() const { return storages_; }  // by tensor id
    // The index in storages() of a tensor's storage; of any tensor, also one written over another.
    StorageId storage_of(TensorId tensor) const { return storage_of_[tensor]; }
    // Distinct storages that the kernel of a step touches, operands first, then results.
    const std::vector<StorageId>& operands(Step step) const { return operands_[step]; }

    Indexed<Step, Bytes> live_bytes() const;  // at each step, every storage rounded up to `alignment`
    Bytes peak_bytes() const;                 // the largest of them: no arena can be smaller

    static constexpr Bytes alignment = 64;    // of every address: a cache line, and what vector loads want
    static constexpr int most_operands = 63;  // of a kernel: a placement of them is the bits of a number

  private:
    void touch(StorageId storage, Step step, bool reads, bool writes);

    Indexed<Step, OpId> ops_;
    Indexed<Step, std::string> kernels_;
    Indexed<StorageId, Storage> storages_;
    Indexed<TensorId, StorageId> storage_of_;
    Indexed<Step, std::vector<StorageId>> operands_;
};

constexpr Bytes aligned(Bytes bytes) {
    return (bytes + Schedule::alignment - 1) / Schedule::alignment * Schedule::alignment;
}

}  // namespace framework
