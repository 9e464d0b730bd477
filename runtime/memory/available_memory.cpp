#include "runtime/memory/available_memory.h"

#include <algorithm>
#include <limits>

#include "runtime/memory/cgroups.h"
#include "runtime/memory/system_files.h"

namespace runtime {

using framework::Bytes;

namespace {

constexpr Bytes unlimited = std::numeric_limits<Bytes>::max();

Bytes left_by_cgroups() {
    Bytes least = unlimited;
    for (const Cgroup& cgroup : cgroups_of("memory")) {
        const auto limit =
            number_in(cgroup.folder + (cgroup.version_2 ? "/memory.max" : "/memory.limit_in_bytes"));
        const auto used =
            bytes_behind(cgroup.folder + "/memory.stat", cgroup.version_2 ? "anon" : "total_rss");
        if (limit && used) least = std::min(least, std::max<Bytes>(0, *limit - *used));  // no limit: "max"
    }
    return least;
}

}  // namespace

Bytes available_dram() {
    return std::min(bytes_behind("/proc/meminfo", "MemAvailable").value_or(unlimited), left_by_cgroups());
}

Bytes available_for_tensors() {
    return std::max<Bytes>(0, available_dram() - beside_tensors);
}

}  // namespace runtime
