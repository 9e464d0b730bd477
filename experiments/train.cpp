// Trains a network on images within a DRAM budget.
#include <algorithm>
#include <filesystem>
#include <optional>

#include "experiments/common/images.h"
#include "experiments/common/iteration_log.h"
#include "experiments/common/main.h"
#include "experiments/common/numbers.h"
#include "experiments/common/options.h"
#include "experiments/common/outputs.h"
#include "experiments/common/planning.h"
#include "experiments/common/progress.h"
#include "experiments/common/report.h"
#include "experiments/common/signals.h"
#include "experiments/common/summary.h"
#include "experiments/common/watchdog.h"
#include "framework/base/text.h"
#include "runtime/trace.h"
#include "runtime/training/loss_watch.h"

namespace {

using namespace experiments;
using framework::require;
using framework::text;
using framework::UsageError;
namespace data = runtime::data;

struct Flags {
    ModelFlags model;
    PlacementFlags placement;
    ImageOptions images;
    std::string schedule = "cosine";
    std::int64_t iterations = 0, warmup = -1, step_every = 0, checkpoint_every = 0;
    int epochs = 0;
    float learning_rate = 0.02F, step_factor = 0.1F, smoothing = 0;
    framework::SgdOptions sgd;
    OutputFlags output;
    bool evaluate = true, check_moves = false;
    std::string log, trace, checkpoint, resume, load;
    int trace_iterations = 3;

    void add_to(CLI::App& app);
    void check() const;  // checks what the parser cannot, before anything is read or measured
};

void Flags::add_to(CLI::App& app) {
    model.add_to(app);
    placement.add_to(app);
    app.add_option("--data", images.data, "synthetic | cifar10:DIR | mnist:DIR | images:DIR")
        ->capture_default_str();
    auto* count = add_number(app, "--iterations", iterations, positive, "training iterations");
    add_number(app, "--epochs", epochs, {1, 1'000'000}, "passes over the training images")->excludes(count);
    add_number(app, "--learning-rate", learning_rate, {0, 1e8}, "learning rate at the start of the schedule")
        ->capture_default_str();
    app.add_option("--schedule", schedule, "constant | step | cosine")
        ->check(CLI::IsMember({"constant", "step", "cosine"}))
        ->capture_default_str();
    add_number(app, "--warmup", warmup, {0, positive.most},
               "warm-up iterations, in which the rate rises (default: 5 % of all)");
    add_number(app, "--step-every", step_every, positive,
               "iterations between steps (default: a third of all)");
    add_number(app, "--step-factor", step_factor, {0, 1000}, "factor of the learning rate at each step")
        ->capture_default_str();
    add_number(app, "--momentum", sgd.momentum, below_one, "momentum of the gradient descent")
        ->capture_default_str();
    app.add_flag("--nesterov", sgd.nesterov, "Nesterov momentum");
    add_number(app, "--weight-decay", sgd.weight_decay, {0, 1000},
               "weight decay of weights; biases and norms have none")
        ->capture_default_str();
    app.add_flag("--decay-all", sgd.decay_all, "weight decay on biases and norms too");
    add_number(app, "--label-smoothing", smoothing, below_one, "share of a label given to all classes")
        ->capture_default_str();
    app.add_option("--augment", images.augment,
                   "none | crop | crop-flip; auto: crop-flip for cifar10 and images")
        ->check(CLI::IsMember({"auto", "none", "crop", "crop-flip"}))
        ->capture_default_str();
    app.add_option("--normalise", images.normalise,
                   "by mean and deviation of the training set, or of each image itself: set | image")
        ->check(CLI::IsMember({"set", "image"}))
        ->capture_default_str();
    app.add_flag("!--no-evaluate", evaluate, "skip the accuracy on the test images");
    app.add_option("--log", log, "write a line of JSON for every iteration here");
    app.add_option(
        "--trace", trace,
        "write the kernels and moves of the last iterations here (trace events, for Chrome or Perfetto)");
    add_number(app, "--trace-iterations", trace_iterations, positive, "how many iterations to trace")
        ->capture_default_str();
    app.add_option("--checkpoint", checkpoint, "write parameters and optimizer state here (safetensors)");
    add_number(app, "--checkpoint-every", checkpoint_every, positive,
               "iterations between checkpoints (default: an epoch)");
    app.add_option("--resume", resume, "continue the run that wrote this checkpoint");
    auto* plan = app.add_option("--load", load, "train with a plan saved by plan --save");
    for (const char* solved : {"--dram", "--placement", "--gap", "--time-limit", "--cache"})
        plan->excludes(app.get_option(solved));
    app.add_flag(
        "--check-moves", check_moves,
        "check every move byte by byte, and fill memory that a tensor has left with NaNs: slow, a test of "
        "the plan and of the memory");
    output.add_to(app);
}

void Flags::check() const {
    require<UsageError>(!placement.simulate, "--simulate runs nothing; use plan for a prediction");
    check_output("--report", output.report);
    check_output("--log", log);
    check_output("--trace", trace);
    check_output("--checkpoint", checkpoint);
}

// Everything that a resumed run must share with the run that it continues. It is stored in the checkpoint.
runtime::StoredMetadata describe(const Flags& flags, const Images& opened, std::int64_t iterations) {
    return {{"program", "autotm train"},
            {"version", AUTOTM_VERSION},
            {"model", flags.model.name},
            {"classes", std::to_string(opened.network.classes)},
            {"batch", std::to_string(flags.model.batch)},
            {"image_size", std::to_string(opened.network.image_size)},
            {"stem", stem_name(flags.model, opened.network.image_size)},
            {"seed", std::to_string(flags.model.seed)},
            {"training",
             text("learning rate ", flags.learning_rate, " ", flags.schedule, " warmup ", flags.warmup,
                  " step ", flags.step_every, " ", flags.step_factor, ", momentum ", flags.sgd.momentum,
                  flags.sgd.nesterov ? " nesterov" : "", ", weight decay ", flags.sgd.weight_decay,
                  flags.sgd.decay_all ? " on all" : "", ", label smoothing ", flags.smoothing, ", augment ",
                  flags.images.augment, flags.images.normalise == "image" ? ", normalise image" : "")},
            {"data", flags.images.data},
            {"iterations", std::to_string(iterations)}};
}

class Run {
  public:
    Run(const Flags& flags, std::span<char* const> arguments);
    void train();
    int exit_code() const { return stop_signal() ? exit_code_of(stop_signal()) : 0; }

  private:
    void open(const PlannedNetwork& planned);
    void take_up();
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

Run::Run(const Flags& flags, std::span<char* const> arguments)
    : flags_(flags),
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

    const std::int64_t per_epoch = data_.train->count() / flags.model.batch;
    last_ = flags.iterations                   ? flags.iterations
            : flags.epochs                     ? flags.epochs * per_epoch
            : flags.images.data == "synthetic" ? 10
                                               : per_epoch;
    if (!flags.resume.empty()) take_up();
    done_ = first_;
    rate_ = {.shape = flags.schedule == "cosine" ? runtime::LearningRate::cosine
                      : flags.schedule == "step" ? runtime::LearningRate::step
                                                 : runtime::LearningRate::constant,
             .base = flags.learning_rate,
             .warmup = flags.warmup >= 0 ? flags.warmup : last_ / 20,
             .total = last_,
             .every = flags.step_every ? flags.step_every : std::max<std::int64_t>(1, last_ / 3),
             .factor = flags.step_factor};
    batches_.emplace(
        data_.train,
        data::BatchOptions{.batch = flags.model.batch, .seed = flags.model.seed, .transform = data_.training},
        first_);
    if (!flags.log.empty()) log_ = {flags.log, first_};
    const auto expected = static_cast<std::size_t>(std::clamp<std::int64_t>(last_ - first_, 0, 1'000'000));
    for (auto* values : {&totals_, &kernels_, &moves_, &waits_}) values->reserve(expected);
    losses_.reserve(expected);
    progress_.say(text(flags.model.name, " batch ", flags.model.batch, " on ", flags.images.data, ": ",
                       data_.train->count(), " training images of ", data_.network.image_size, "x",
                       data_.network.image_size, ", ", data_.network.classes, " classes; DRAM ",
                       framework::print_bytes(training_->dram_bytes()), ", ",
                       training_->program().schedule().steps(), " kernels an iteration"));
}

void Run::open(const PlannedNetwork& planned) {
    session::TrainingOptions options{.seed = flags_.model.seed, .check_moves = flags_.check_moves};
    if (flags_.evaluate) options.evaluation = models::inference(flags_.model.name, data_.network);
    if (planned.is_measured()) {
        training_.emplace(planned.network, planned.profile, planned.solution, options);
    } else {
        training_.emplace(planned.network, planned.solution, options);
    }
}

// Continues from the checkpoint of a run with the same settings.
void Run::take_up() {
    const std::string& file = flags_.resume;
    const runtime::StoredMetadata about = training_->load(file);
    for (const auto& [key, value] : describe(flags_, data_, last_)) {
        if (key == "version" || key == "data") continue;
        const auto known = about.find(key);
        if (key == "stem" && known == about.end()) continue;  // of an earlier version; the shapes agree
        require<UsageError>(
            known != about.end() && known->second == value, file, " was trained with ", key, " ",
            known == about.end() ? "unknown" : framework::printable(known->second.substr(0, 60)),
            ", and this run asks for ", value,
            "; --resume continues the same run: give the flags that it was started with");
    }
    first_ = training_->next_iteration();
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
    if (done_ == last_) progress_.say(line(result));
    return stop_signal() == 0;
}

void Run::save() {
    if (flags_.checkpoint.empty()) return;
    if (watchdog_) watchdog_->pause();
    training_->save(flags_.checkpoint, describe(flags_, data_, last_));
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
    if (stop_signal()) progress_.say(text("stopped by signal ", stop_signal(), " after iteration ", done_));
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Trains a network on images within a DRAM budget.", "train");
    app.footer(
        "Examples:\n"
        "  train --model resnet50 --batch 16 --iterations 10 --dram 20%    synthetic images, a fifth of the "
        "DRAM\n"
        "  train --data images:DIR --epochs 20 --checkpoint my.safetensors a folder for each class\n"
        "  train --data cifar10:DIR --epochs 5 --dram auto                 within what is free now\n\n");
    Flags flags;
    flags.add_to(app);
    int code = 0;
    const int status = run(app, argc, argv, [&] {
        flags.check();
        flags.model.apply_threads();
        Run training(flags, {argv, static_cast<std::size_t>(argc)});
        training.train();
        code = training.exit_code();
    });
    return status ? status : code;
}
