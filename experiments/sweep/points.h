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
    std::vector<double> seconds;  // of the counted iterations
    std::vector<float> losses;    // of all
    Json memory;
};

// A run, and how fast the machine was next to it.
struct Beside {
    Run run;
    // What all-DRAM iterations just before and after the run took, of what was predicted for them: 1 where
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
    std::optional<Beside> beside{};                      // none: nothing was run
    bool again = false;  // the plan of a point before this one, and so its run

    bool has_time() const { return result.plan || memory_mode; }
    framework::Seconds predicted_s() const { return memory_mode ? memory_mode->seconds : result.predicted_s; }
    // Of an iteration: as run, else as predicted.
    framework::Seconds value() const { return beside ? median(beside->run.seconds) : predicted_s(); }
    // (predicted - run) / run, of the prediction made beforehand.
    double error() const { return result.predicted_s / value() - 1; }
    // The same, with what computes as slow as the machine was next to the run: a check of the model of delays
    // and moves. Of an emulated iteration the all-DRAM part computes, the rest are injected waits; any other
    // drifts whole.
    double error_beside(bool emulated) const {
        const framework::Seconds computing = emulated ? all_dram_s : result.predicted_s;
        return (result.predicted_s + (beside->drift - 1) * computing) / value() - 1;
    }
    bool has_drift() const { return beside && beside->drift > 0; }
};

// What was asked, as the outputs name it.
struct Question {
    ModelFlags model;
    PlacementFlags placement;
    std::vector<int> shares;              // rising
    std::vector<std::string> placements;  // in the order of the columns
    int iterations = 0;                   // counted ones of a run
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
