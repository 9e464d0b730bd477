// The processor time that the cgroups of this process allow it.
#pragma once

#include <string>

namespace runtime {

// Returns the CPU quota in processors: 1.5 means one and a half. It is the smallest quota of the process's
// own CPU cgroup and of all its parents, version 1 or 2; infinity if there is none. `root` replaces "/" as
// the folder that holds proc and the mounts, if it is not empty.
double cpu_quota(const std::string& root = "");

}  // namespace runtime
