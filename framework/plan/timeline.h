// Predicts when each instruction of an iteration starts and ends, from the times of a profile.
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
    Seconds end = 0;  // of the iteration; every predicted time that is printed is this one
};

// An instruction starts when the previous one of its stream has ended. A wait ends when the instruction that
// it waits for has ended. Streams do not slow each other down.
Timeline play(std::span<const Instruction> instructions, const Profile& profile);
// The predicted time of an iteration under a plan that validate() accepts.
Seconds predicted_seconds(const Schedule& schedule, const Plan& plan, const Profile& profile);

}  // namespace framework
