// The cgroups that this process is in: their folders hold its limits.
#pragma once

#include <string>
#include <vector>

namespace runtime {

struct Cgroup {
    std::string folder;
    bool version_2 = false;  // its files have other names than those of version 1
};

// The cgroups of a controller ("cpu", "memory"): the process's own and all its visible parents, of version 1
// and 2. `root`: the folder that contains proc and the mounts; empty: "/". Paths are plain strings here,
// because some operations of libstdc++'s filesystem::path end the process when they are refused memory.
std::vector<Cgroup> cgroups_of(const std::string& controller, const std::string& root = "");

}  // namespace runtime
