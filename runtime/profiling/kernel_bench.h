// Times single kernels of a lowered graph, and copies. In each tier it needs only as much memory as the
// operands of the largest kernel, so it can time networks that are larger than memory.
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
    // `slow`: `where` of open_slow_memory(). `cold`: before each run drops the system's copies of slow memory
    // in DRAM, and counts the time until written bytes reach the medium, as in a run whose slow memory is
    // larger than the DRAM that is left for such copies. Operands in DRAM use `dram`, whose contents are
    // lost, if they fit there; else a block of their own. Throws OutOfTierMemory, which names the kernel, if
    // there is no room for that block.
    KernelBench(const Lowered& lowered, const framework::Schedule& schedule, const std::string& slow,
                bool cold, std::span<std::byte> dram = {});

    // Time of one run of a step's kernel.
    framework::Seconds run(framework::Step step, framework::TierMask slow);

    // Time of one copy of at most most_bytes() bytes, by `threads` threads.
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
    Block own_dram_;  // empty if the caller's memory is used
    std::byte* dram_;
    SlowMemory slow_;
    bool cold_;
};

}  // namespace runtime
