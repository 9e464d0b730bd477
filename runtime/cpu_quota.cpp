#include "runtime/cpu_quota.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "framework/numbers.h"

namespace runtime {

namespace fs = std::filesystem;

namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

// One line of /proc/self/mountinfo, if a cgroup file system with the CPU controller is mounted there.
struct Mount {
    bool version_2 = false;
    std::string root, point;  // the cgroup that is seen at the folder `point`
};

bool names_cpu(const std::string& list) {
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
        if (word == "cpu") return true;
    }
    return false;
}

std::vector<Mount> cpu_mounts(const fs::path& root) {
    std::vector<Mount> mounts;
    std::ifstream info(root / "proc/self/mountinfo");
    for (std::string line; std::getline(info, line);) {
        const auto separator = line.find(" - ");
        if (separator == std::string::npos) continue;
        std::istringstream left(line), right(line.substr(separator + 3));
        Mount mount;
        std::string skipped, type, options;
        left >> skipped >> skipped >> skipped >> mount.root >> mount.point;
        right >> type >> skipped >> options;
        mount.version_2 = type == "cgroup2";
        if (mount.version_2 || (type == "cgroup" && names_cpu(options))) mounts.push_back(std::move(mount));
    }
    return mounts;
}

// Of this process: "4:cpu,cpuacct:/path" of version 1, "0::/path" of version 2. Empty: none.
std::string own_cgroup(const fs::path& root, bool version_2) {
    std::ifstream own(root / "proc/self/cgroup");
    for (std::string line; std::getline(own, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        if (version_2 ? controllers.empty() : names_cpu(controllers)) return line.substr(second + 1);
    }
    return {};
}

double quota_of(const fs::path& cgroup, bool version_2) {
    std::string quota, period;
    if (version_2) {
        std::ifstream(cgroup / "cpu.max") >> quota >> period;  // "max 100000": no number
    } else {
        std::ifstream(cgroup / "cpu.cfs_quota_us") >> quota;  // -1: none
        std::ifstream(cgroup / "cpu.cfs_period_us") >> period;
    }
    const double time = framework::parse_number<double>(quota).value_or(-1),
                 of = framework::parse_number<double>(period).value_or(0);
    return time > 0 && of > 0 ? time / of : unlimited;
}

// The part of `cgroup` below the one that a mount shows; empty where it is not below it, as in a container
// that sees its own cgroup alone.
std::string below(const std::string& cgroup, const std::string& mounted) {
    if (!cgroup.starts_with('/') || cgroup.find("/..") != std::string::npos) return {};
    if (mounted == "/") return cgroup;
    const bool inside = cgroup.starts_with(mounted + "/");
    return inside ? cgroup.substr(mounted.size()) : std::string();
}

}  // namespace

double cpu_quota(const fs::path& root) {
    double least = unlimited;
    for (const Mount& mount : cpu_mounts(root)) {
        std::string cgroup = below(own_cgroup(root, mount.version_2), mount.root);
        const fs::path top = root / fs::path(mount.point).relative_path();
        while (true) {
            least = std::min(least, quota_of(top.string() + cgroup, mount.version_2));
            if (cgroup.empty()) break;
            cgroup.resize(cgroup.rfind('/'));
        }
    }
    return least;
}

}  // namespace runtime
