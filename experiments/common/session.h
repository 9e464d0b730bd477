// From a network to a program that runs: fused, lowered, profiled, planned, bound to memory.
#pragma once

#include <optional>
#include <string>

#include "experiments/common/options.h"
#include "experiments/common/progress.h"
#include "framework/graph/graph.h"
#include "optimizer/policies/memory_mode.h"
#include "optimizer/problem.h"
#include "runtime/executor.h"
#include "runtime/profiling/profiler.h"
#include "runtime/program.h"

namespace experiments {

// What a solver works on.
struct Measured {
    runtime::Lowered lowered;  // of a simulation: the graph alone
    framework::Schedule schedule;
    runtime::Profiled profiled;
    framework::Bytes all_dram_bytes = 0;  // of an arena that holds everything: what shares of DRAM are of
};

// And what it found.
struct Planned : Measured {
    framework::Bytes limit = 0, slow_capacity = 0;  // 0: nobody looked at that of slow memory
    optimizer::Result result{};
    std::optional<optimizer::MemoryMode> memory_mode{};  // of --placement 2lm, in place of a plan
    framework::Seconds all_dram_s = 0, all_slow_s = 0;   // predicted; 0 where nothing was profiled
};

// Everything in DRAM, nothing profiled. Throws OutOfTierMemory where that is more than this machine has.
Planned plan_in_dram(const framework::Graph& graph, const ModelFlags& model);
Planned plan_in_dram(Measured measured);  // the same of what was lowered before

// As the flags say: simulated, or lowered and profiled (emulated or not).
Measured measure(const framework::Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                 Progress& progress);

// With the placement and the budget of the flags. There is no plan if none fits, as the result says, or in
// memory mode. `start`: see optimizer::SolverOptions.
Planned try_plan(Measured measured, const PlacementFlags& flags, const framework::Plan* start = nullptr);

// What the flags ask for is looked at before anything is measured: measure(), then try_plan(). Throws
// OutOfTierMemory with the solver's reason where no plan fits.
Planned plan(const framework::Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
             Progress& progress);

// A plan that plan --save has left, of the network of the flags: its times, its certificate and its plan
// checked, nothing timed and nothing solved. Placement, machine and mode of the flags become its own. Throws
// DataError, and UsageError for flags that say otherwise.
Planned load_plan(const std::string& file, const framework::Graph& graph, const ModelFlags& model,
                  PlacementFlags& flags);

// A program in memory and what runs it. Emulation is switched on where the flags say so.
struct Loaded {
    runtime::Program program;
    runtime::Executor executor;
    framework::Seconds slowest_kernel_s = 0;  // predicted; 0 where nothing was profiled
    Loaded(Planned planned, const PlacementFlags& flags);
};

}  // namespace experiments
