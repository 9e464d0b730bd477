#include "runtime/memory/cgroups.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace runtime {

namespace {

// A mounted cgroup file system that has the controller, from one line of /proc/self/mountinfo.
struct Mount {
    bool version_2 = false;
    std::string root, point;  // the cgroup that is seen at the folder `point`
};

bool names(const std::string& list, const std::string& controller) {
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
        if (word == controller) return true;
    }
    return false;
}

std::vector<Mount> mounts_of(const std::string& controller, const std::string& root) {
    std::vector<Mount> mounts;
    std::ifstream info(root + "/proc/self/mountinfo");
    for (std::string line; std::getline(info, line);) {
        const auto separator = line.find(" - ");
        if (separator == std::string::npos) continue;
        std::istringstream left(line), right(line.substr(separator + 3));
        Mount mount;
        std::string skipped, type, options;
        left >> skipped >> skipped >> skipped >> mount.root >> mount.point;
        right >> type >> skipped >> options;
        mount.version_2 = type == "cgroup2";
        if (mount.version_2 || (type == "cgroup" && names(options, controller)))
            mounts.push_back(std::move(mount));
    }
    return mounts;
}

// This process's cgroup, from /proc/self/cgroup: "4:cpu,cpuacct:/path" in version 1, "0::/path" in version 2.
// Empty if there is none.
std::string own_cgroup(const std::string& controller, const std::string& root, bool version_2) {
    std::ifstream own(root + "/proc/self/cgroup");
    for (std::string line; std::getline(own, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        if (version_2 ? controllers.empty() : names(controllers, controller)) return line.substr(second + 1);
    }
    return {};
}

// The path of `cgroup` relative to `mounted`, the cgroup that a mount shows. Empty if it is not below that,
// as in a container that sees only its own cgroup.
std::string below(const std::string& cgroup, const std::string& mounted) {
    if (!cgroup.starts_with('/') || cgroup.find("/..") != std::string::npos) return {};
    if (mounted == "/") return cgroup;
    const bool inside = cgroup.starts_with(mounted + "/");
    return inside ? cgroup.substr(mounted.size()) : std::string();
}

}  // namespace

std::vector<Cgroup> cgroups_of(const std::string& controller, const std::string& root) {
    std::vector<Cgroup> found;
    for (const Mount& mount : mounts_of(controller, root)) {
        std::string cgroup = below(own_cgroup(controller, root, mount.version_2), mount.root);
        const std::string top = root + (mount.point == "/" ? "" : mount.point);
        while (true) {
            found.push_back({top + cgroup, mount.version_2});
            if (cgroup.empty()) break;
            cgroup.resize(cgroup.rfind('/'));
        }
    }
    return found;
}

}  // namespace runtime
