#include "runtime/available_memory.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "runtime/system_files.h"

namespace runtime {

using framework::Bytes;

namespace {

constexpr Bytes unlimited = std::numeric_limits<Bytes>::max();

// Of the cgroup in `folder` and those above it, up to `root`.
Bytes left_in(std::filesystem::path folder, const std::filesystem::path& root, const char* limit_file,
              const char* anonymous) {
    Bytes least = unlimited;
    for (;; folder = folder.parent_path()) {
        const auto limit = number_in(folder / limit_file);  // none: "max"
        const auto used = bytes_behind(folder / "memory.stat", anonymous);
        if (limit && used) least = std::min(least, std::max<Bytes>(0, *limit - *used));
        if (folder == root || folder == folder.root_path()) return least;
    }
}

Bytes left_by_cgroups() {
    Bytes least = unlimited;
    std::ifstream own("/proc/self/cgroup");  // "4:memory:/path" of version 1, "0::/path" of version 2
    for (std::string line; std::getline(own, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const std::string path = line.substr(second + 2);
        if (controllers == "memory") {
            const std::filesystem::path root = "/sys/fs/cgroup/memory";
            least = std::min(least, left_in(path.empty() ? root : root / path, root, "memory.limit_in_bytes",
                                            "total_rss"));
        } else if (controllers.empty()) {
            const std::filesystem::path root = "/sys/fs/cgroup";
            least = std::min(least, left_in(path.empty() ? root : root / path, root, "memory.max", "anon"));
        }
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
