// The order in which kernels run, and when each tensor's bytes are needed. It is plain data.
//
//        step     0     1     2     3     4
//        kernel   conv  relu  conv' ...
//        x        [-----------)               a live range is half-open: first needed at 0, free at 2
//        w        [----------------------)    parameters, states and kept tensors: until the end
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

// A kernel without an op: its name and the storages that it touches, each listed once.
struct KernelUses {
    struct Operand {
        StorageId storage = 0;
        bool reads = false, writes = false;
        TierSet tiers{Tier::dram, Tier::slow};  // as Use::tiers
    };
    std::string name;
    std::vector<Operand> operands;
};

class Schedule {
  public:
    explicit Schedule(const Graph& graph);  // keeps the order in which ops were created
    // A schedule without a graph. Sets `uses` of the storages from the kernels. A live range begins at 0 if
    // the storage is filled before the first kernel, else at its first use, which writes it. Later uses that
    // write it must read it too. The range ends after the last use, or at steps() if it is read after the
    // last kernel. A persistent storage is live at all steps. Throws DataError if a storage or a kernel
    // breaks these rules.
    Schedule(const Indexed<Step, KernelUses>& kernels, Indexed<StorageId, Storage> storages);

    int steps() const { return operands_.count(); }
    OpId op(Step step) const { return ops_[step]; }                            // only with a graph
    const std::string& kernel(Step step) const { return kernels_[step]; }      // name of the kernel
    const Indexed<StorageId, Storage>& storages() const { return storages_; }  // by tensor id
    // The index in storages() of a tensor's storage. Tensors written over one another have the same one.
    StorageId storage_of(TensorId tensor) const { return storage_of_[tensor]; }
    // Distinct storages that the kernel of a step touches, operands first, then results.
    const std::vector<StorageId>& operands(Step step) const { return operands_[step]; }

    Indexed<Step, Bytes> live_bytes() const;  // at each step; each storage is rounded up to `alignment`
    Bytes peak_bytes() const;                 // the most live bytes of a step: no arena can be smaller

    static constexpr Bytes alignment = 64;    // of every address: a cache line, and for vector loads
    static constexpr int most_operands = 63;  // of a kernel: a TierMask has a bit for each

  private:
    void touch(StorageId storage, const Use& use);

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
