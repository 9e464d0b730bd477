// The clock that predicts: when each instruction of an iteration starts and ends, by the times of a profile.
#pragma once

#include <span>
#include <vector>

#include "framework/plan/instructions.h"
#include "framework/plan/profile.h"

namespace framework {

struct TimeSpan {
    Seconds start = 0, end = 0;
    Seconds length() const { return end - start; }
};

struct Timeline {
    Indexed<InstructionId, TimeSpan> instructions;
    Seconds end = 0;  // of the iteration: the predicted time, wherever one is printed
};

// An instruction starts when the one before it in its stream has ended, a wait ends with what it waits for.
// Streams do not slow each other down.
Timeline play(std::span<const Instruction> instructions, const Profile& profile);
// An iteration of a plan.
Seconds predicted_seconds(const Schedule& schedule, const Plan& plan, const Profile& profile);

}  // namespace framework
