// How much processor time the cgroups of this process leave it.
#pragma once

#include <string>

namespace runtime {

// In processors: 1.5 is one and a half. The least quota of the process's own CPU cgroup and of all above it,
// of version 1 and 2; infinity where there is none. `root`: the folder that holds proc and the mounts;
// empty: "/".
double cpu_quota(const std::string& root = "");

}  // namespace runtime
