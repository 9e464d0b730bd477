// The baseline 2LM ("two-level memory", Intel Optane's memory mode): all memory is slow memory, and DRAM is a
// hardware cache in front of it. The network runs unmodified and nothing is placed. So there is no plan, no
// lower bound and no gap, only a time.
#pragma once

#include "framework/base/units.h"
#include "framework/graph/graph.h"
#include "framework/plan/machine.h"
#include "framework/plan/schedule.h"
#include "optimizer/ids.h"
#include "optimizer/policies/hardware_cache.h"

namespace optimizer {

// The addresses that a framework without a plan gives its tensors, in one BestFitPool. Parameters, states and
// inputs come first and stay, since they belong to the caller. All others are allocated before the kernel
// that produces them and freed after the kernel that uses them last. An in-place result has its operand's
// address.
struct Pool {
    ByStorage<framework::Bytes> offsets;
    framework::Bytes bytes = 0;
};
Pool pool_of(const framework::Graph& graph, const framework::Schedule& schedule);

// One iteration that starts with what the iteration before it left in the cache.
struct MemoryMode {
    framework::Bytes cache_bytes = 0, pool_bytes = 0;
    CacheAccesses reads, writes;
    framework::Seconds seconds = 0;

    CacheAccesses accesses() const { return CacheAccesses(reads) += writes; }
    MemoryAccesses memory() const { return memory_accesses(reads, writes); }
};

// Plays two iterations and counts the second. A kernel reads each operand once, then writes each result once.
// Not counted: filling the inputs between iterations. Virtual addresses stand for physical ones.
// Throws DataError for a machine that has no memory mode, UsageError for a cache below one line.
MemoryMode memory_mode(const framework::Graph& graph, const framework::Schedule& schedule,
                       const framework::Machine& machine, framework::Bytes cache_bytes);

}  // namespace optimizer
