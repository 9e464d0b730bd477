// Observer: is told of every instruction while an iteration runs. Emulation and MoveCheck are observers.
#pragma once

#include "framework/base/clock.h"
#include "framework/plan/instructions.h"

namespace runtime {

class Observer {
  public:
    virtual ~Observer() = default;
    virtual void begins() {}  // an iteration begins
    // The instruction with this index has ended; it began at `start`. Observers are called one after another
    // on the thread that runs the iteration. Their time counts as time of the instruction.
    virtual void ended(framework::InstructionId instruction, framework::Clock::time_point start) = 0;
};

}  // namespace runtime
