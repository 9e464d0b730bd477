// The order in which ops run, and when each tensor's bytes are needed.
//
//        step     0     1     2     3     4
//        kernel   conv  relu  conv' ...
//        x        [-----------)               a live range is half-open: first needed at 0, free at 2
//        w        [----------------------)    parameters, states and what is read from outside live
//        throughout
#pragma once

#include <vector>

#include "framework/base/units.h"
#include "framework/graph/graph.h"

namespace framework {

struct LiveRange {
    int first = 0, last = 0;  // steps [first, last)

    bool holds(int step) const { return first <= step && step < last; }
    friend bool operator==(const LiveRange&, const LiveRange&) = default;
};

// A step at which a storage is an operand of the kernel; both where the kernel writes over what it reads.
struct Use {
    int step = 0;
    bool reads = false, writes = false;

    friend bool operator==(const Use&, const Use&) = default;
};

// Bytes that have an address: a tensor and all that are written over it.
struct Storage {
    TensorId tensor = 0;  // the one that was there first
    Bytes bytes = 0;      // of the largest of them
    LiveRange live;
    std::vector<Use> uses;    // by step
    bool persistent = false;  // holds its value across iterations: parameters, states
};

class Schedule {
  public:
    explicit Schedule(const Graph& graph);  // the order as created

    int steps() const { return static_cast<int>(ops_.size()); }
    OpId op(int step) const { return ops_[static_cast<std::size_t>(step)]; }
    const std::vector<Storage>& storages() const { return storages_; }  // by tensor id
    // The index in storages() of a tensor's storage; of any tensor, also one written over another.
    int storage_of(TensorId tensor) const { return storage_of_[static_cast<std::size_t>(tensor)]; }
    // Distinct storages that the kernel of a step touches, operands first, then results.
    const std::vector<int>& operands(int step) const { return operands_[static_cast<std::size_t>(step)]; }

    std::vector<Bytes> live_bytes() const;  // at each step, every storage rounded up to `alignment`
    Bytes peak_bytes() const;               // the largest of them: no arena can be smaller

    static constexpr Bytes alignment = 64;  // of every address: a cache line, and what vector loads want

  private:
    std::vector<OpId> ops_;
    std::vector<Storage> storages_;
    std::vector<int> storage_of_;
    std::vector<std::vector<int>> operands_;
};

constexpr Bytes aligned(Bytes bytes) {
    return (bytes + Schedule::alignment - 1) / Schedule::alignment * Schedule::alignment;
}

}  // namespace framework
