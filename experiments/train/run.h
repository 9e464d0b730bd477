// A run of train: opens data and network, trains, evaluates, and writes what the flags ask for.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/common/iteration_log.h"
#include "experiments/common/planning.h"
#include "experiments/common/progress.h"
#include "experiments/common/report.h"
#include "experiments/common/signals.h"
#include "experiments/common/watchdog.h"
#include "experiments/train/flags.h"
#include "runtime/trace.h"
#include "runtime/training/loss_watch.h"

namespace experiments::train {

namespace data = runtime::data;

class Run {
  public:
    Run(const Flags& flags, std::span<char* const> arguments);
    void train();
    int exit_code() const { return stop_signal() ? exit_code_of(stop_signal()) : 0; }

  private:
    void open(const PlannedNetwork& planned, bool plain);
    void begin();
    void take_up(const runtime::StoredMetadata& about);
    void begin_from_weights();
    runtime::LearningRate rate_of(std::int64_t iterations) const;
    runtime::StoredMetadata description() const;
    bool after(const runtime::IterationResult& result);
    void save();
    void evaluate();
    void rescue(const std::exception& failure);
    void report();
    void summarize();
    void warn_of_divergence();
    std::string line(const runtime::IterationResult& result) const;

    Flags flags_;
    Images data_;
    std::optional<session::Training> training_;
    std::optional<Watchdog> watchdog_;  // while the loop runs
    std::optional<data::Batcher> batches_;
    Progress progress_;
    Json report_;
    std::string unsaved_times_;  // why this network's times are not in --cache; empty: they are
    runtime::Trace trace_;
    IterationLog log_;
    runtime::LearningRate rate_;
    runtime::LossWatch watch_;
    std::int64_t first_ = 0, last_ = 0, done_ = 0;
    double elapsed_ = 0;
    std::vector<float> losses_;
    std::vector<double> totals_, kernels_, moves_, waits_;
    runtime::Accuracy accuracy_;
};

}  // namespace experiments::train
