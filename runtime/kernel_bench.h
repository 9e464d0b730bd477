// Single kernels of a lowered graph, and copies, timed on memory of their own in either tier: what their
// operands need is all the memory it takes, whatever the whole network would.
#pragma once

#include <string>

#include "framework/plan.h"
#include "framework/profile.h"
#include "framework/schedule.h"
#include "runtime/lower.h"
#include "runtime/slow_memory.h"

namespace runtime {

class KernelBench {
  public:
    // `slow` as open_slow_memory() has it. `cold`: before each run the system's copies of slow memory in DRAM
    // are dropped, and within its time what was written there reaches the medium: as it is where slow memory
    // holds more than the rest of DRAM.
    KernelBench(const Lowered& lowered, const framework::Schedule& schedule, const std::string& slow,
                bool cold);

    // One run of a step's kernel.
    framework::Seconds run(int step, framework::TierMask slow);

    // One copy, by `threads` threads; `bytes` up to most_bytes().
    framework::Seconds copy(framework::Tier to, framework::Bytes bytes, int threads);
    framework::Bytes most_bytes() const { return dram_.bytes(); }

  private:
    const Lowered& lowered_;
    const framework::Schedule& schedule_;
    Block dram_;
    SlowMemory slow_;
    bool cold_;
};

}  // namespace runtime
