// The one door that passes over a graph run through: by name, timed, left out where that is asked for, and
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
// Those that can be left out; a network computes the same without them, to rounding.
std::span<const PassInfo> optional_passes();

struct PassTime {
    std::string name;
    Seconds seconds = 0;
    bool left_out = false;
};

class Passes {
  public:
    // Leaves out the passes of these names, and those that the environment names in AUTOTM_WITHOUT
    // ("fuse,in_place"), which is for tests of everything else. Throws UsageError for a name that is no pass.
    explicit Passes(const std::vector<std::string>& without = {});

    bool wants(std::string_view name) const;
    // Throws std::logic_error where the pass leaves a graph that fault_of() finds fault with.
    void run(const char* name, Graph& graph, const std::function<void(Graph&)>& pass);
    const std::vector<PassTime>& times() const { return times_; }  // in the order in which they ran

  private:
    std::vector<std::string> without_;
    std::vector<PassTime> times_;
};

}  // namespace framework
