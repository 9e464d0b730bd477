// Describes what kernels and copies run on.
#pragma once

#include <string>

namespace runtime {

std::string processor();  // the system's name for it; "unknown" if there is none
std::string platform();   // threads, processor, versions of this library and of those that it uses

}  // namespace runtime
