// Spreads the instructions of one stream over all three, with as few waits as keep their meaning.
#pragma once

#include <vector>

#include "framework/plan/instructions.h"

namespace support {

// Copies go to the streams of their direction. In each other stream, an instruction waits for the last one
// that it must follow, unless it follows that one already.
std::vector<framework::Instruction> spread(const framework::Schedule& schedule, const framework::Plan& plan);

}  // namespace support
