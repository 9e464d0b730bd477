// Instructions of one stream, spread over all three with as few waits as keep their meaning.
#pragma once

#include <vector>

#include "framework/plan/instructions.h"

namespace support {

// Copies go to the streams of their direction. Each instruction waits for the last of every other stream that
// it must follow and does not follow already.
std::vector<framework::Instruction> spread(const framework::Schedule& schedule, const framework::Plan& plan);

}  // namespace support
