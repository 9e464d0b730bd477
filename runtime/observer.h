// Who looks at an iteration while it runs: emulation, the check of moves, the search for what went wrong.
#pragma once

#include "framework/base/clock.h"
#include "framework/plan/instructions.h"

namespace runtime {

class Observer {
  public:
    virtual ~Observer() = default;
    virtual void begins() {}  // an iteration
    // The instruction of this index has ended; it began at `start`. Observers are called in turn, on the
    // thread that runs the iteration; what they take is part of the instruction's time.
    virtual void ended(framework::InstructionId instruction, framework::Clock::time_point start) = 0;
};

}  // namespace runtime
