// A plan as a file, with what it was solved for and a certificate of its bound: all that it claims can be
// checked again without the solver.
#pragma once

#include <string>

#include "framework/graph/graph.h"
#include "optimizer/solve.h"

namespace optimizer {

struct SavedPlan {
    Placement placement = Placement::dram;
    framework::Bytes dram_budget = 0, slow_capacity = 0;
    framework::Profile profile{};  // the times it was solved for
    std::string mode{};            // how those were found: "measured", "emulated", "simulated"
    std::string host{};            // where, of those not simulated
    std::string machine{};         // of those not measured
    double machine_scale = 0;      // emulated: what its rates were multiplied by
    bool one_by_one = false;       // of a network larger than DRAM: see runtime::Profiled
    double gap = 0;                // that the solver was asked for
    Result result{};               // as solve() gave it
};

// JSON, written beside and renamed. Throws DataError.
void save_plan(const std::string& file, const framework::Schedule& schedule, const SavedPlan& saved);

// The mode of a saved plan: of a simulation the graph is that of the instance, else it is a lowered one.
// Throws DataError as load_plan() does.
std::string mode_of_plan(const std::string& file);

// The plan has passed framework::validate() and is of its placement's kind; simulated and emulated times are
// the machine's; predicted_s is what the times add up to, bound_s what proved_bound() says, the status
// what follows. Of how it was solved (seconds, rows, columns, refinements) there is what the file says, of
// the price of DRAM nothing. Throws DataError for a file that is missing, damaged or made for another graph,
// and for one that claims what does not hold.
SavedPlan load_plan(const std::string& file, const framework::Graph& graph,
                    const framework::Schedule& schedule);

}  // namespace optimizer
