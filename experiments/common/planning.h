// From flags to a planned network, by the front door in runtime/session/.
#pragma once

#include <optional>
#include <string>

#include "experiments/common/options.h"
#include "experiments/common/progress.h"
#include "framework/graph/graph.h"
#include "optimizer/policies/memory_mode.h"
#include "runtime/session/session.h"

namespace experiments {

namespace session = runtime::session;

struct ProfiledNetwork {
    session::Network network;
    session::Profile profile{};
};

struct PlannedNetwork : ProfiledNetwork {
    session::Solution solution{};
    std::optional<optimizer::MemoryMode> memory_mode{};  // of --placement 2lm, in place of a plan
};

// Everything in DRAM, nothing profiled. Throws OutOfTierMemory where that is more than this machine has.
PlannedNetwork plan_in_dram(const framework::Graph& graph, const ModelFlags& model);

// As the flags say: simulated, or lowered and profiled (emulated or not).
ProfiledNetwork measure(const framework::Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                        Progress& progress);

// With the placement and the budget of the flags. There is no plan if none fits, as the result says, or in
// memory mode. `start`: see optimizer::Problem.
PlannedNetwork try_plan(ProfiledNetwork profiled, const PlacementFlags& flags,
                        const framework::Plan* start = nullptr);

// Checks what the flags ask for before anything is measured: measure(), then try_plan(). Throws
// OutOfTierMemory with the solver's reason where no plan fits.
PlannedNetwork plan(const framework::Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                    Progress& progress);

// A plan that plan --save has left, of the network of the flags; nothing is timed and nothing is solved.
// Placement, machine and mode of the flags become its own. Throws DataError, and UsageError for flags that
// say otherwise.
PlannedNetwork load_plan(const std::string& file, const framework::Graph& graph, const ModelFlags& model,
                         PlacementFlags& flags);

}  // namespace experiments
