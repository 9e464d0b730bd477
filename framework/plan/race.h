// Checks that streams cannot race: in any order that the waits allow, every byte holds the same values.
#pragma once

#include <span>
#include <string>

#include "framework/plan/instructions.h"

namespace framework {

// If two instructions of different streams touch the same bytes and at least one writes them, the later one
// must wait for the earlier one, directly or through others. Returns a sentence that names the first two
// without such a wait; an empty text if there are none. Also reports a wait for an instruction that comes
// later in the list or is in the same stream.
std::string race(std::span<const Instruction> instructions, const Schedule& schedule, const Plan& plan);

// One order in which the streams may run: copies run as early as the waits allow, or as late as they allow.
enum class CopiesRun { early, late };
std::vector<InstructionId> order_of(std::span<const Instruction> instructions, CopiesRun copies);

}  // namespace framework
