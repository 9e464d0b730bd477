#include "experiments/train/run.h"

#include <algorithm>
#include <filesystem>

#include "experiments/common/outputs.h"
#include "experiments/common/summary.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"

namespace experiments::train {

using framework::require;
using framework::text;
using framework::UsageError;

Run::Run(const Flags& flags, std::span<char* const> arguments)
    : flags_(flags),
      arguments_(arguments),
      data_(open_images(flags.images, flags.model)),
      progress_(flags.output.quiet),
      report_(new_report("train", arguments, flags.placement.mode())) {
    data_.network.label_smoothing = flags.smoothing;
    const framework::Graph graph = models::training(flags.model.name, data_.network, flags.sgd);
    PlacementFlags& placement = flags_.placement;
    const PlannedNetwork planned = flags.load.empty()
                                       ? plan_to_run(graph, flags.model, placement, progress_)
                                       : load_plan(flags.load, graph, flags.model, placement, progress_);
    require<UsageError>(!placement.simulate, flags.load,
                        ": its times are simulated; to run, make a plan from measured or emulated ones");
    report_["mode"] = placement.mode();
    stop_on_lost_reader();  // training writes a checkpoint even if the reader of its output has gone
    if (planned.is_measured()) progress_.say(summary(flags.model, placement, planned));
    report_model(report_, flags.model, planned.network);
    report_plan(report_, placement, planned);
    unsaved_times_ = planned.profile.measured.unsaved;
    forget_peak_memory();
    open(planned);
    report_["dram"]["peak_bytes"] = training_->dram_bytes();
    report_slow(report_, training_->device().slow_memory(), training_->slow_bytes());

    begin();
    batches_.emplace(
        data_.train,
        data::BatchOptions{.batch = flags.model.batch, .seed = flags.model.seed, .transform = data_.training},
        first_);
    history_.emplace(batches_->batches_per_epoch());
    if (!flags.log.empty()) log_ = {flags.log, first_};
    const auto expected = static_cast<std::size_t>(std::clamp<std::int64_t>(last_ - first_, 0, 1'000'000));
    for (auto* values : {&totals_, &kernels_, &moves_, &waits_}) values->reserve(expected);
    losses_.reserve(expected);
    progress_.note(text(flags.model.name, " batch ", flags.model.batch, " on ", flags.images.data, ": ",
                        data_.train->count(), " training images of ", data_.network.image_size, "x",
                        data_.network.image_size, ", ", data_.network.classes, " classes; DRAM ",
                        framework::print_bytes(training_->dram_bytes()), ", ",
                        training_->program().schedule().steps(), " kernels an iteration"));
}

void Run::open(const PlannedNetwork& planned) {
    session::TrainingOptions options{.seed = flags_.model.seed, .check_moves = flags_.check_moves};
    if (flags_.evaluate || flags_.epochs_to_evaluation() > 0)
        options.evaluation = models::inference(flags_.model.name, data_.network);
    if (planned.is_measured()) {
        training_.emplace(planned.network, planned.profile, planned.solution, options);
    } else {
        training_.emplace(planned.network, planned.solution, options);
    }
}

void Run::warn_of_divergence() {
    progress_.warn(text("train: the loss has grown from ", watch_.first(), " to ", losses_.back(),
                        " by iteration ", done_,
                        ": training diverges; use a smaller --learning-rate or a longer --warmup"));
}

bool Run::after(const runtime::IterationResult& result) {
    done_ = result.number + 1;
    elapsed_ += result.time.total + result.wait;
    losses_.push_back(result.loss);
    totals_.push_back(result.time.total);
    kernels_.push_back(result.time.kernels);
    moves_.push_back(result.time.moves);
    waits_.push_back(result.wait);
    if (!flags_.trace.empty() && (done_ + flags_.trace_iterations > last_ || stop_signal())) {
        trace_.add(training_->executor(), result.number, elapsed_ - result.time.total);
    }
    history_->add(result.number, result.loss, result.time.total + result.wait);
    log_.add(result);
    if (watch_.diverges(result.loss)) warn_of_divergence();
    progress_.show(static_cast<double>(done_) / static_cast<double>(last_), progress_line(result));
    last_on_test_.reset();
    if (history_->is_end(done_) || done_ == last_) at_end_of_epoch();
    const std::int64_t every =
        flags_.checkpoint_every ? flags_.checkpoint_every : batches_->batches_per_epoch();
    if (done_ % every == 0 && done_ < last_) save();
    return stop_signal() == 0 && !is_exhausted();
}

void Run::at_end_of_epoch() {
    if (is_evaluation_due() && !stop_signal()) evaluate_between_epochs();
    progress_.note(epoch_line());
}

void Run::save() {
    if (!flags_.checkpoint.empty()) save_to(flags_.checkpoint);
}

void Run::save_at_end() {
    save();
    is_resumable_ = !flags_.checkpoint.empty();
    if (is_resumable_) written_.push_back(text(flags_.checkpoint, " (after iteration ", done_, ")"));
}

void Run::save_to(const std::string& file) {
    if (watchdog_) watchdog_->pause();
    runtime::StoredMetadata about = description();
    evaluations_.store(about);
    training_->save(file, about);
    if (watchdog_) watchdog_->resume();
}

void Run::train() {
    stop_on_signals();
    watchdog_.emplace(training_->executor().kernels_ended(), training_->longest_s());
    Outputs outputs;
    try {
        if (first_ > 0 && is_evaluation_due() && !evaluations_.contains(first_)) evaluate_between_epochs();
        if (!is_exhausted())
            training_->train(
                *batches_,
                {.last = last_, .rate = rate_, .after = [this](const runtime::IterationResult& result) {
                     return after(result);
                 }});
        watchdog_.reset();
        if (watch_.ended_high()) warn_of_divergence();
        outputs.write([&] { save_at_end(); });
        if (!flags_.trace.empty()) {
            outputs.write([&] {
                trace_.write(flags_.trace, training_->program());
                written_.push_back(flags_.trace + " (trace)");
            });
        }
        Outputs().write([&] { report(); });  // written again below, with the accuracy
        if (flags_.evaluate && !stop_signal()) evaluate_at_end();
    } catch (const std::exception& failure) {
        watchdog_.reset();
        rescue(failure);
        throw;
    }
    outputs.add_failure(unsaved_times_);
    if (!outputs.failure().empty()) report_["error"] = outputs.failure();
    outputs.write([&] {
        report();
        if (!flags_.output.report.empty()) written_.push_back(flags_.output.report + " (report)");
    });
    if (best_saved_at_ > 0)
        written_.push_back(text(flags_.checkpoint_best, " (the best, after iteration ", best_saved_at_, ")"));
    if (!flags_.log.empty()) written_.push_back(flags_.log + " (log)");
    summarize();
    tell_what_is_left();
    outputs.require_all();
}

// Saves what was done before a failure. An iteration that broke off gets no checkpoint, because it has
// already changed the running statistics.
void Run::rescue(const std::exception& failure) {
    const auto attempt = [](auto write) {
        try {
            write();
        } catch (const std::exception&) {  // only the first failure is reported
        }
    };
    attempt([&] {
        const bool memory = dynamic_cast<const std::bad_alloc*>(&failure) != nullptr;
        report_["error"] = memory ? "out of memory" : failure.what();
        report();
    });
    if (!training_->executor().is_broken_off()) attempt([&] { save(); });
}

}  // namespace experiments::train
