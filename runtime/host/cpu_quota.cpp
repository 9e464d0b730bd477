#include "runtime/host/cpu_quota.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include "framework/base/numbers.h"
#include "runtime/memory/cgroups.h"

namespace runtime {

namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

double quota_of(const std::string& cgroup, bool version_2) {
    std::string quota, period;
    if (version_2) {
        std::ifstream(cgroup + "/cpu.max") >> quota >> period;  // "max 100000": no quota
    } else {
        std::ifstream(cgroup + "/cpu.cfs_quota_us") >> quota;  // -1: no quota
        std::ifstream(cgroup + "/cpu.cfs_period_us") >> period;
    }
    const double time = framework::parse_number<double>(quota).value_or(-1),
                 of = framework::parse_number<double>(period).value_or(0);
    return time > 0 && of > 0 ? time / of : unlimited;
}

}  // namespace

double cpu_quota(const std::string& root) {
    double least = unlimited;
    for (const Cgroup& cgroup : cgroups_of("cpu", root))
        least = std::min(least, quota_of(cgroup.folder, cgroup.version_2));
    return least;
}

}  // namespace runtime
