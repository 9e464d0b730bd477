// Single kernels of a lowered graph, and copies, timed: what the operands of one kernel need is all the
// memory it takes in either tier, whatever the whole network would.
#pragma once

#include <span>
#include <string>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"
#include "framework/plan/schedule.h"
#include "runtime/lower.h"
#include "runtime/memory/slow_memory.h"

namespace runtime {

class KernelBench {
  public:
    // `slow` as open_slow_memory() has it. `cold`: before each run the system's copies of slow memory in DRAM
    // are dropped, and within its time what was written there reaches the medium: as it is where slow memory
    // holds more than the rest of DRAM.
    // Operands in DRAM go to `dram`, whose contents are lost, if they fit there; else to a block of their
    // own. Throws OutOfTierMemory, naming the kernel, where there is no room for that.
    KernelBench(const Lowered& lowered, const framework::Schedule& schedule, const std::string& slow,
                bool cold, std::span<std::byte> dram = {});

    // One run of a step's kernel.
    framework::Seconds run(framework::Step step, framework::TierMask slow);

    // One copy, by `threads` threads; `bytes` up to most_bytes().
    framework::Seconds copy(framework::Tier to, framework::Bytes bytes, int threads);
    framework::Bytes most_bytes() const { return most_.bytes; }

  private:
    const Lowered& lowered_;
    const framework::Schedule& schedule_;
    struct Most {
        framework::Bytes bytes;  // of a kernel's operands
        framework::Step step;    // of that kernel
    };
    static Most most_operands(const framework::Schedule& schedule);
    void require_room(const std::string& slow, bool own_dram) const;

    Most most_;
    Block own_dram_;  // empty where the caller's is used
    std::byte* dram_;
    SlowMemory slow_;
    bool cold_;
};

}  // namespace runtime
