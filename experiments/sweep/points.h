// What a sweep finds: a point for each DRAM budget and placement; as a table, CSV and JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/common/options.h"
#include "experiments/common/report.h"
#include "experiments/sweep/budgets.h"
#include "framework/base/units.h"
#include "optimizer/problem.h"

namespace experiments::sweep {

struct Run {
    std::vector<double> seconds;  // of the measured iterations
    std::vector<float> losses;    // of all
    Json memory;
    // Measured / predicted time of all-DRAM iterations right before and after the run. 1: the machine is as
    // fast as when the kernels were timed. 0: not measured.
    double drift = 0;
};

struct Point {
    double share = 0;  // DRAM in percent of what all-DRAM needs
    std::string placement;
    framework::Bytes limit = 0;
    framework::Seconds all_dram_s = 0;                   // predicted
    optimizer::Result result{};                          // no plan: none fits, or memory mode
    std::optional<optimizer::MemoryMode> memory_mode{};  // of 2lm
    std::optional<Run> run{};                            // none: nothing was run
    bool again = false;                                  // plan and run are those of an earlier point

    bool has_time() const { return result.plan || memory_mode; }
    framework::Seconds predicted_s() const { return memory_mode ? memory_mode->seconds : result.predicted_s; }
    // Seconds of an iteration: measured if it was run, else predicted.
    framework::Seconds value() const { return run ? median(run->seconds) : predicted_s(); }
    // (predicted - measured) / measured, with the prediction from before the run.
    double error() const { return result.predicted_s / value() - 1; }
    // The same after the predicted compute time is multiplied by the drift: it tests the model of delays and
    // moves alone. Only the all-DRAM share of an emulated iteration is computed; the rest is injected
    // waiting, which does not drift with the machine.
    double error_corrected(bool emulated) const {
        const framework::Seconds computing = emulated ? all_dram_s : result.predicted_s;
        return (result.predicted_s + (run->drift - 1) * computing) / value() - 1;
    }
    bool has_drift() const { return run && run->drift > 0; }
};

// What the user asked for, as the outputs name it.
struct Question {
    ModelFlags model;
    PlacementFlags placement;
    std::vector<std::string> shares;      // as typed
    std::vector<Budget> budgets{};        // of the shares
    std::vector<std::string> placements;  // in the order of the columns
    int iterations = 0;                   // measured in a run, after one warm-up iteration
    std::string arguments{};              // as typed
};

// The lower bound on the time of any plan at this share, relative to all-DRAM: the highest bound of the
// points there, without those that hold only for plans without moves. 0: there is none.
double bound_at(const std::vector<Point>& points, double share);

// The all-DRAM time that times are relative to: measured if it was run, else predicted.
framework::Seconds all_dram_of(const std::vector<Point>& points);

bool same_losses(const std::vector<Point>& points);  // bit for bit, in all runs

void print_predicted(const Question& question, const std::vector<Point>& points);
void print_runs(const Question& question, const std::vector<Point>& points);
std::string csv_of(const Question& question, const std::vector<Point>& points);
Json json_of(const std::vector<Point>& points);

}  // namespace experiments::sweep
