// Runs passes over a graph. Every pass has a name, is timed, can be left out if it is optional, and is
// followed by a check of the graph.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/units.h"
#include "framework/graph/graph.h"

namespace framework {

struct PassInfo {
    const char* name;
    const char* what;
};
// The passes that can be left out. A network computes the same without them, up to rounding.
std::span<const PassInfo> optional_passes();

struct PassTime {
    std::string name;
    Seconds seconds = 0;
    bool left_out = false;
};

class Passes {
  public:
    // Leaves out the passes named in `without` and in the environment variable AUTOTM_WITHOUT
    // ("fuse,in_place"). Tests set the variable to run a whole suite without a pass. Throws UsageError for a
    // name that is no pass.
    explicit Passes(const std::vector<std::string>& without = {});

    bool wants(std::string_view name) const;
    // Runs the pass on the graph. Throws std::logic_error if fault_of() finds a fault in the graph
    // afterwards.
    void run(const char* name, Graph& graph, const std::function<void(Graph&)>& pass);
    const std::vector<PassTime>& times() const { return times_; }  // in the order in which they ran

  private:
    std::vector<std::string> without_;
    std::vector<PassTime> times_;
};

}  // namespace framework
