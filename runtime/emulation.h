// Delays that make DRAM stand for slow memory: every instruction takes as long as a profile predicts.
#pragma once

#include <vector>

#include "framework/plan/timeline.h"
#include "runtime/observer.h"

namespace runtime {

class Emulation : public Observer {
  public:
    // A kernel, after running, waits for its predicted time less the one with all operands in DRAM; a copy
    // until it has taken its predicted time.
    Emulation(std::span<const framework::Instruction> instructions, const framework::Profile& profile);

    void ended(framework::InstructionId instruction, framework::Clock::time_point start) override;

  private:
    struct Delay {
        framework::Seconds after = 0, least = 0;  // added to what it took; no shorter than this
    };
    std::vector<Delay> delays_;  // by instruction
};

}  // namespace runtime
