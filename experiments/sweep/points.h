// What a sweep finds: a point for each DRAM budget and placement; as a table, CSV, JSON and picture.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/common/options.h"
#include "experiments/common/report.h"
#include "framework/base/units.h"
#include "optimizer/problem.h"

namespace experiments::sweep {

struct Run {
    std::vector<double> seconds;  // of the measured iterations
    std::vector<float> losses;    // of all
    Json memory;
    // What all-DRAM iterations just before and after the run took, over what was predicted for them: 1 where
    // the machine is as fast as it was when the kernels were timed. 0: not measured.
    double drift = 0;
};

struct Point {
    int share = 0;  // of what all-DRAM needs, in percent
    std::string placement;
    framework::Bytes limit = 0;
    framework::Seconds all_dram_s = 0;                   // predicted
    optimizer::Result result{};                          // no plan: none fits, or memory mode
    std::optional<optimizer::MemoryMode> memory_mode{};  // of 2lm
    std::optional<Run> run{};                            // none: nothing was run
    bool again = false;  // the plan of a point before this one, and so its run

    bool has_time() const { return result.plan || memory_mode; }
    framework::Seconds predicted_s() const { return memory_mode ? memory_mode->seconds : result.predicted_s; }
    // Of an iteration: as run, else as predicted.
    framework::Seconds value() const { return run ? median(run->seconds) : predicted_s(); }
    // (predicted - run) / run, of the prediction made beforehand.
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

// What was asked, as the outputs name it.
struct Question {
    ModelFlags model;
    PlacementFlags placement;
    std::vector<int> shares;              // rising
    std::vector<std::string> placements;  // in the order of the columns
    int iterations = 0;                   // measured in a run, after one warm-up iteration
    std::string arguments{};              // as typed
};

// No plan of a budget is faster, relative to everything in DRAM: the highest certified bound there that is of
// all plans. 0: there is none.
double bound_at(const std::vector<Point>& points, int share);

bool same_losses(const std::vector<Point>& points);  // bit for bit, in all runs

void print_predicted(const Question& question, const std::vector<Point>& points);
void print_runs(const Question& question, const std::vector<Point>& points);
std::string csv_of(const Question& question, const std::vector<Point>& points);
Json json_of(const std::vector<Point>& points);
// A line for each placement, and the bound. Throws as draw() does.
void draw_points(const Question& question, const std::vector<Point>& points, const std::string& file);

}  // namespace experiments::sweep
