#include "experiments/train/run.h"

#include <algorithm>
#include <filesystem>

#include "experiments/common/outputs.h"
#include "experiments/common/summary.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"
#include "runtime/training/continuation.h"

namespace experiments::train {

using framework::require;
using framework::text;
using framework::UsageError;

namespace {

// Which first layers the network has; empty for networks that have only one form.
std::string stem_of(const std::string& model, const framework::Graph& graph) {
    if (!model.starts_with("resnet") && !model.starts_with("densenet")) return "";
    const framework::Shape& kernel = graph.tensor(graph.find("stem.conv1.weight")).type.shape;
    return kernel[2] == 7 ? "imagenet" : "small";
}

}  // namespace

Run::Run(const Flags& flags, std::span<char* const> arguments)
    : flags_(flags),
      data_(open_images(flags.images, flags.model)),
      progress_(flags.output.quiet),
      report_(new_report("train", arguments, flags.placement.mode())) {
    data_.network.label_smoothing = flags.smoothing;
    const framework::Graph graph = models::training(flags.model.name, data_.network, flags.sgd);
    const bool plain = flags.load.empty() && flags.placement.placement == "dram" &&
                       flags.placement.dram == "100%" && !flags.placement.emulate;
    PlacementFlags& placement = flags_.placement;
    const PlannedNetwork planned = plain ? plan_in_dram(graph, flags.model)
                                   : flags.load.empty()
                                       ? plan(graph, flags.model, placement, progress_)
                                       : load_plan(flags.load, graph, flags.model, placement);
    require<UsageError>(!placement.simulate, flags.load,
                        ": its times are simulated; to run, make a plan from measured or emulated ones");
    report_["mode"] = placement.mode();
    stop_on_lost_reader();  // training writes a checkpoint even if the reader of its output has gone
    if (!plain) progress_.say(summary(flags.model, placement, planned));
    report_model(report_, flags.model, planned.network);
    report_plan(report_, placement, planned);
    unsaved_times_ = planned.profile.measured.unsaved;
    forget_peak_memory();
    open(planned, plain);
    report_["dram"]["peak_bytes"] = training_->dram_bytes();
    report_slow(report_, training_->device().slow_memory(), training_->slow_bytes());

    begin();
    batches_.emplace(
        data_.train,
        data::BatchOptions{.batch = flags.model.batch, .seed = flags.model.seed, .transform = data_.training},
        first_);
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

void Run::open(const PlannedNetwork& planned, bool plain) {
    session::TrainingOptions options{.seed = flags_.model.seed, .check_moves = flags_.check_moves};
    if (flags_.evaluate) options.evaluation = models::inference(flags_.model.name, data_.network);
    if (plain) {
        training_.emplace(planned.network, planned.solution, options);
    } else {
        training_.emplace(planned.network, planned.profile, planned.solution, options);
    }
}

// Sets the first and the last iteration, the learning rate and the initial weights.
void Run::begin() {
    const std::int64_t per_epoch = data_.train->count() / flags_.model.batch;
    last_ = flags_.iterations                   ? flags_.iterations
            : flags_.epochs                     ? flags_.epochs * per_epoch
            : flags_.images.data == "synthetic" ? 10
                                                : per_epoch;
    if (!flags_.init.empty()) begin_from_weights();
    if (!flags_.resume.empty()) {
        take_up(runtime::current_keys(flags_.resume, training_->load(flags_.resume)));
    } else {
        rate_ = rate_of(last_);
    }
    done_ = first_ = training_->next_iteration();
}

runtime::LearningRate Run::rate_of(std::int64_t iterations) const {
    using Rate = runtime::LearningRate;
    return {.shape = runtime::parse_shape(flags_.schedule),
            .base = flags_.learning_rate,
            .warmup = flags_.warmup >= 0 ? flags_.warmup : Rate::default_warmup(iterations),
            .total = iterations,
            .every = flags_.step_every ? flags_.step_every : Rate::default_every(iterations),
            .factor = flags_.step_factor};
}

// What this run stores in its checkpoints.
runtime::StoredMetadata Run::description() const {
    const runtime::RunDescription run{.model = flags_.model.name,
                                      .stem = stem_of(flags_.model.name, training_->program().graph()),
                                      .classes = data_.network.classes,
                                      .batch = flags_.model.batch,
                                      .seed = flags_.model.seed,
                                      .data = flags_.images.data,
                                      .rate = rate_,
                                      .sgd = flags_.sgd,
                                      .label_smoothing = flags_.smoothing};
    return run.metadata(*data_.train, data_.training);
}

// Continues the run with the metadata `about`, whose checkpoint has been loaded.
void Run::take_up(const runtime::StoredMetadata& about) {
    const std::string& file = flags_.resume;
    const std::int64_t planned = runtime::planned_iterations(file, about);
    if (!flags_.iterations && !flags_.epochs) last_ = planned;
    rate_ = rate_of(last_);
    runtime::require_continues(file, about, description());
    progress_.note(text(file, ": ", training_->next_iteration(), " of ", planned, " iterations are done"));
    if (last_ == planned) return;
    progress_.note(text("training goes on to iteration ", last_, "; the learning rate (", flags_.schedule,
                        ", ", rate_.warmup, " warm-up iterations) is that of a run of ", last_,
                        " iterations from its start"));
}

void Run::begin_from_weights() {
    const runtime::InitialWeights found = training_->load_weights(flags_.init);
    progress_.note(text(flags_.init, ": took ", found.taken.size(), " of the model's ",
                        found.taken.size() + found.left.size(), " parameters and running statistics"));
    Json left = Json::array();
    for (const auto& [name, why] : found.left) {
        progress_.note(text("  not taken: ", name, ": ", why));
        left.push_back({{"name", name}, {"why", why}});
    }
    report_["init"] = {
        {"file", flags_.init}, {"taken", found.taken}, {"left", std::move(left)}, {"unused", found.unused}};
}

std::string Run::line(const runtime::IterationResult& result) const {
    const double done = static_cast<double>(result.number + 1 - first_), each = elapsed_ / done;
    return text("iteration ", result.number + 1, " of ", last_, "  loss ", framework::fixed(result.loss, 4),
                "  ", framework::fixed(flags_.model.batch / each, 1), " images/s  ",
                print_time_left(each * static_cast<double>(last_ - result.number - 1)), " left");
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
    log_.add(result);
    if (watch_.diverges(result.loss)) warn_of_divergence();
    progress_.show(line(result));
    const std::int64_t every =
        flags_.checkpoint_every ? flags_.checkpoint_every : batches_->batches_per_epoch();
    if (done_ % every == 0 && done_ < last_) save();
    if (done_ == last_) progress_.note(line(result));
    return stop_signal() == 0;
}

void Run::save() {
    if (flags_.checkpoint.empty()) return;
    if (watchdog_) watchdog_->pause();
    training_->save(flags_.checkpoint, description());
    if (watchdog_) watchdog_->resume();
}

void Run::train() {
    stop_on_signals();
    watchdog_.emplace(training_->executor().kernels_ended(), training_->longest_s());
    Outputs outputs;
    try {
        training_->train(*batches_,
                         {.last = last_,
                          .rate = rate_,
                          .after = [this](const runtime::IterationResult& result) { return after(result); }});
        watchdog_.reset();
        if (watch_.ended_high()) warn_of_divergence();
        outputs.write([&] { save(); });
        if (!flags_.trace.empty()) outputs.write([&] { trace_.write(flags_.trace, training_->program()); });
        Outputs().write([&] { report(); });  // written again below, with the accuracy
        if (flags_.evaluate && !stop_signal()) evaluate();
    } catch (const std::exception& failure) {
        watchdog_.reset();
        rescue(failure);
        throw;
    }
    outputs.add_failure(unsaved_times_);
    if (!outputs.failure().empty()) report_["error"] = outputs.failure();
    outputs.write([&] { report(); });
    summarize();
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

void Run::evaluate() {
    const Watchdog watchdog(training_->evaluation()->kernels_ended(), 0);
    data::Batcher batches(
        data_.test,
        {.batch = flags_.model.batch, .order = data::Order::sequential, .transform = data_.testing});
    const auto accuracy =
        training_->evaluate(batches, data_.test->count(), [] { return stop_signal() == 0; });
    if (!stop_signal()) accuracy_ = accuracy;
}

void Run::report() {
    Json iterations = statistics(totals_);
    if (!totals_.empty()) {
        iterations["kernel_s"] = median(kernels_);
        iterations["move_s"] = median(moves_);
        iterations["wait_s"] = median(waits_);
    }
    report_["iterations"] = std::move(iterations);
    report_["losses"] = losses_;
    if (accuracy_.samples > 0) report_accuracy(report_, accuracy_);
    if (!report_.contains("memory")) report_memory(report_, &*training_);  // of training only
    if (flags_.output.report.empty()) return;
    try {
        write_json(flags_.output.report, report_);
    } catch (const framework::DataError&) {  // no failure if the report goes to a reader that has gone
        std::error_code error;
        if (!reader_is_gone() || !std::filesystem::is_fifo(flags_.output.report, error)) throw;
    }
}

void Run::summarize() {
    if (accuracy_.samples > 0) {
        const auto percent = [](double share) { return framework::fixed(100 * share, 2) + " %"; };
        progress_.say(text("accuracy on ", accuracy_.samples, " test images: top-1 ", percent(accuracy_.top1),
                           accuracy_.top5 ? ", top-5 " + percent(*accuracy_.top5) : ""));
    }
    if (!totals_.empty()) {
        const double move_s = median(moves_);
        const std::string moves = move_s > 0 ? ", moves " + framework::print_seconds(move_s) : "";
        progress_.say(text("iteration ", framework::print_seconds(median(totals_)), " (kernels ",
                           framework::print_seconds(median(kernels_)), moves, ", waiting for data ",
                           framework::print_seconds(median(waits_)), "), ", flags_.placement.mode(), "; ",
                           print_time_left(elapsed_), " in all"));
    }
    if (stop_signal()) progress_.note(text("stopped by signal ", stop_signal(), " after iteration ", done_));
}

}  // namespace experiments::train
