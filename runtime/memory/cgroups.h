// The cgroups that this process is in: their folders hold its limits.
#pragma once

#include <string>
#include <vector>

namespace runtime {

struct Cgroup {
    std::string folder;
    bool version_2 = false;  // which decides the names of the files in it
};

// Of a controller ("cpu", "memory"): the process's own cgroup and all above it that it can see, of version 1
// and 2. `root`: the folder that holds proc and the mounts; empty: "/". Paths are plain strings here, because
// some operations of libstdc++'s filesystem::path end the process when they are refused memory.
std::vector<Cgroup> cgroups_of(const std::string& controller, const std::string& root = "");

}  // namespace runtime
