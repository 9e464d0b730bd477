// Turns flags into a planned network, through runtime/session/.
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

    bool is_measured() const { return !profile.times().kernels.empty(); }
};

struct PlannedNetwork : ProfiledNetwork {
    session::Solution solution{};
    std::optional<optimizer::MemoryMode> memory_mode{};  // with --placement 2lm, instead of a plan
};

// Profiles a network as the flags say: simulated; or lowered and measured, emulated or not.
ProfiledNetwork measure(const framework::Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                        Progress& progress);

// Plans with the placement and the budget of the flags. The result has no plan if none fits, or in memory
// mode. `start`: see optimizer::SolverOptions.
PlannedNetwork try_plan(ProfiledNetwork profiled, const PlacementFlags& flags,
                        const framework::Plan* start = nullptr);

// Checks the flags before anything is measured, then calls measure() and try_plan(). Sets what the flags
// leave open: --dram auto becomes the bytes that are free now, and no --placement the one for the budget.
// Throws OutOfTierMemory with the solver's reason if no plan fits.
PlannedNetwork plan(const framework::Graph& graph, const ModelFlags& model, PlacementFlags& flags,
                    Progress& progress);

// The same for a program that needs the plan only to run it: if everything stays in DRAM and no delays are
// emulated, nothing is measured, and the profile has no times.
PlannedNetwork plan_to_run(const framework::Graph& graph, const ModelFlags& model, PlacementFlags& flags,
                           Progress& progress);

// Loads a plan that `plan --save` wrote for the network of the flags, without timing or solving. Sets
// placement, machine and mode of the flags to those of the plan. Throws DataError, and UsageError for flags
// that contradict the plan.
PlannedNetwork load_plan(const std::string& file, const framework::Graph& graph, const ModelFlags& model,
                         PlacementFlags& flags, Progress& progress);

}  // namespace experiments
