// Emulates slow memory in DRAM: adds delays, so that every instruction takes as long as a profile predicts.
#pragma once

#include <vector>

#include "framework/plan/timeline.h"
#include "runtime/observer.h"

namespace runtime {

class Emulation : public Observer {
  public:
    // After running, a kernel waits for profile time(planned placement) − profile time(all DRAM). A copy
    // waits until it has taken its predicted time.
    Emulation(std::span<const framework::Instruction> instructions, const framework::Profile& profile);

    void ended(framework::InstructionId instruction, framework::Clock::time_point start) override;

  private:
    struct Delay {
        framework::Seconds after = 0, least = 0;  // wait after it; total time that it takes at least
    };
    std::vector<Delay> delays_;  // by instruction
};

}  // namespace runtime
