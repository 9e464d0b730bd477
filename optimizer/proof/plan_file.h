// Problem files and plan files: what is planned for, and a plan with a certificate of its bound. All that a
// plan file claims can be checked without the solver: see check.h, docs/plan_file.md and docs/check_plan.py.
#pragma once

#include <string>

#include "framework/graph/graph.h"
#include "optimizer/solve.h"

namespace optimizer {

struct PlanDocument;  // proof/document.h

struct SavedPlan {
    Placement placement = Placement::dram;
    framework::Bytes dram_budget = 0, slow_capacity = 0;
    framework::Profile profile{};  // the times it was solved for
    std::string mode{};            // how those were found: "measured", "emulated", "simulated"
    std::string host{};            // where, of those not simulated
    std::string machine{};         // of those not measured
    double machine_scale = 0;      // emulated: what its rates were multiplied by
    bool one_by_one = false;       // of a network larger than DRAM: see runtime::Measurement
    double gap = 0;                // that the solver was asked for
    Result result{};               // as solve() gave it
};

// As the files have it, exact. In JSON, written beside and renamed. Throws DataError.
PlanDocument stored_problem(const Problem& problem);
PlanDocument stored_plan(const framework::Schedule& schedule, const SavedPlan& saved);
void save_problem(const std::string& file, const Problem& problem);
void save_plan(const std::string& file, const framework::Schedule& schedule, const SavedPlan& saved);

// A problem from a file, for solve(). It must outlive what problem() gives.
class StoredProblem {
  public:
    explicit StoredProblem(const PlanDocument& document);

    Problem problem() const {
        return {.schedule = schedule_,
                .profile = profile_,
                .dram_budget = dram_budget_,
                .slow_capacity = slow_capacity_};
    }

  private:
    framework::Schedule schedule_;
    framework::Profile profile_;
    framework::Bytes dram_budget_, slow_capacity_;
};
// Of a problem file, or of a plan file, whose plan is then left aside. Throws DataError.
StoredProblem read_problem(const std::string& file);

// The mode of a saved plan: of a simulation the graph is that of the instance, else it is a lowered one.
// Throws DataError as load_plan() does.
std::string mode_of_plan(const std::string& file);

// A plan that has passed check() and is of this network; simulated and emulated times are the machine's. Of
// how it was solved (seconds, rows, columns, refinements) there is what the file says, of the price of DRAM
// and the certificate's cases nothing. Throws DataError for a file that is missing, damaged or made for
// another network, and for one that claims what does not hold.
SavedPlan load_plan(const std::string& file, const framework::Graph& graph,
                    const framework::Schedule& schedule);

}  // namespace optimizer
