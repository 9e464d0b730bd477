// What kernels and copies run on.
#pragma once

#include <string>

namespace runtime {

std::string processor();  // as the system calls it; "unknown" where it does not
std::string platform();   // threads, processor, versions of this library and of those it computes with

}  // namespace runtime
