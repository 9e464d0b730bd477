// A plan as a file, with its certificate: what it was made for, what it was predicted to take, and the bound.
// It can be judged again without the solver.
#pragma once

#include <string>

#include "optimizer/placement.h"

namespace optimizer {

struct SavedPlan {
    Placement placement = Placement::dram;
    framework::Bytes dram_budget = 0;
    Result result;  // as solve() gave it
};

// JSON, written beside and renamed. Throws DataError.
void save_plan(const std::string& file, const framework::Graph& graph, const framework::Schedule& schedule,
               const SavedPlan& saved);

// Throws DataError for a file that is missing, damaged, made for another graph, or holds a plan that
// framework::validate() finds a fault in.
SavedPlan load_plan(const std::string& file, const framework::Graph& graph,
                    const framework::Schedule& schedule);

}  // namespace optimizer
