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
#include "runtime/training/epochs.h"
#include "runtime/training/evaluations.h"
#include "runtime/training/loss_watch.h"

namespace experiments::train {

namespace data = runtime::data;

class Run {
  public:
    Run(const Flags& flags, std::span<char* const> arguments);
    void train();
    int exit_code() const { return stop_signal() ? exit_code_of(stop_signal()) : 0; }

  private:
    void open(const PlannedNetwork& planned);
    void begin();
    void take_up(const runtime::StoredMetadata& about);
    void begin_from_weights();
    runtime::LearningRate rate_of(std::int64_t iterations) const;
    runtime::StoredMetadata description() const;
    bool after(const runtime::IterationResult& result);
    void at_end_of_epoch();
    void save();
    void save_at_end();
    void save_to(const std::string& file);

    // Evaluation; `images` says in words what it is on. Nothing if a signal ended it.
    struct Judge {
        const char* images;  // "validation" or "test"
        data::DatasetPtr set;
    };
    Judge judge() const;
    std::optional<runtime::Accuracy> measure(const data::DatasetPtr& set);
    bool is_evaluation_due() const;
    void evaluate_between_epochs();
    void evaluate_at_end();
    bool is_exhausted() const;

    void rescue(const std::exception& failure);
    void report();
    void report_evaluations();
    void summarize();
    void tell_what_is_left();
    void warn_of_divergence();
    std::string speed_and_time_left() const;
    std::string progress_line(const runtime::IterationResult& result) const;
    std::string epoch_line() const;

    Flags flags_;
    std::span<char* const> arguments_;
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
    runtime::Evaluations evaluations_;
    std::optional<runtime::EpochHistory> history_;
    std::optional<runtime::Accuracy> last_on_test_;  // of the state after iteration done_
    std::int64_t first_ = 0, last_ = 0, done_ = 0;
    double elapsed_ = 0;
    std::vector<float> losses_;
    std::vector<double> totals_, kernels_, moves_, waits_;
    runtime::Accuracy accuracy_;
    std::vector<std::string> written_;  // files, each with what it is
    std::int64_t best_saved_at_ = 0;    // the iteration after which this run wrote --checkpoint-best; 0: none
    bool is_resumable_ = false;         // the last state is in --checkpoint
};

}  // namespace experiments::train
