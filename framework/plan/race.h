// Whether the order of an iteration's instructions settles what every byte holds.
#pragma once

#include <span>
#include <string>

#include "framework/plan/instructions.h"

namespace framework {

// Two instructions of different streams that touch the same bytes, one of them writing, must wait for each
// other, directly or through others. Names the first two that do not, as a sentence; empty: there are none.
// Also names a wait for an instruction that comes later in the list, or of its own stream.
std::string race(std::span<const Instruction> instructions, const Schedule& schedule, const Plan& plan);

// One order in which the streams may run: copies as early as the waits allow, or as late.
enum class CopiesRun { early, late };
std::vector<InstructionId> order_of(std::span<const Instruction> instructions, CopiesRun copies);

}  // namespace framework
