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
#include "framework/plan/storage.h"

namespace framework {

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
