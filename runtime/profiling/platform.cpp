#include "runtime/profiling/platform.h"

#include <fstream>

#include "framework/base/error.h"
#include "runtime/host/team.h"
#include "runtime/memory/allocator.h"
#include "runtime/onednn/kernels/loops/loops.h"
#include "runtime/onednn/version.h"

namespace runtime {

std::string processor() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    }
    return "unknown";
}

std::string platform() {
    static const std::string name = processor();
    return framework::text(team_size(), " threads of ", name,
                           " | autotm " AUTOTM_VERSION ", Eigen " AUTOTM_EIGEN_VERSION ", oneDNN ",
                           onednn_version(), ", memkind ", allocator().version(), ", loops ", loops().name);
}

}  // namespace runtime
