// What a run tells: its progress, its report, its files, and how it can go on.
#include <filesystem>

#include "experiments/common/accuracy.h"
#include "experiments/train/continuing.h"
#include "experiments/train/run.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"

namespace experiments::train {

using framework::text;

namespace {

double images_per_s(const runtime::Epoch& epoch, int batch) {
    return static_cast<double>(epoch.iterations * batch) / epoch.seconds;
}

}  // namespace

void Run::report() {
    Json iterations = statistics(totals_);
    if (!totals_.empty()) {
        iterations["kernel_s"] = median(kernels_);
        iterations["move_s"] = median(moves_);
        iterations["wait_s"] = median(waits_);
    }
    report_["iterations"] = std::move(iterations);
    report_["losses"] = losses_;
    report_evaluations();
    if (accuracy_.samples > 0) report_accuracy(report_, accuracy_);
    if (!report_.contains("memory"))
        report_memory(report_, training_->program(), training_->device());  // of training only
    if (flags_.output.report.empty()) return;
    try {
        write_json(flags_.output.report, report_);
    } catch (const framework::DataError&) {  // no failure if the report goes to a reader that has gone
        std::error_code error;
        if (!reader_is_gone() || !std::filesystem::is_fifo(flags_.output.report, error)) throw;
    }
}

void Run::summarize() {
    if (accuracy_.samples > 0) progress_.say(accuracy_line(accuracy_, "test"));
    if (!totals_.empty()) {
        const double move_s = median(moves_);
        const std::string moves = move_s > 0 ? ", moves " + framework::print_seconds(move_s) : "";
        progress_.say(text("iteration ", framework::print_seconds(median(totals_)), " (kernels ",
                           framework::print_seconds(median(kernels_)), moves, ", waiting for data ",
                           framework::print_seconds(median(waits_)), "), ", flags_.placement.mode(), "; ",
                           print_time_left(elapsed_), " in all"));
    }
}

void Run::report_evaluations() {
    report_["history"] = Json::array();
    for (const runtime::Epoch& epoch : history_->epochs()) {
        Json row{{"epoch", epoch.number}, {"iterations", epoch.iterations}, {"loss", epoch.loss}};
        if (epoch.accuracy) row["accuracy"] = *epoch.accuracy;
        row["images_per_s"] = images_per_s(epoch, flags_.model.batch);
        report_["history"].push_back(std::move(row));
    }
    const runtime::Evaluation* best = evaluations_.best();
    if (!best || !flags_.epochs_to_evaluation()) return;
    report_["evaluation"] = {{"images", judge().images},
                             {"samples", judge().set->count()},
                             {"best_accuracy", best->top1},
                             {"best_iteration", best->iteration},
                             {"stopped_early", is_exhausted() && done_ < last_}};
}

// Why the run ended early, which files there are, and the command that goes on.
void Run::tell_what_is_left() {
    const bool exhausted = is_exhausted() && done_ < last_;
    if (stop_signal()) {
        progress_.note(text("stopped by signal ", stop_signal(), " after iteration ", done_));
    } else if (exhausted) {
        const runtime::Evaluation& best = *evaluations_.best();
        progress_.note(text("stopped after iteration ", done_, ": ", flags_.patience,
                            " epochs without a better accuracy than ", print_share(best.top1),
                            " after iteration ", best.iteration));
    }
    std::string files;
    for (const std::string& file : written_) files += (files.empty() ? "" : ", ") + file;
    if (!files.empty()) progress_.note("written: " + files);
    if (!is_resumable_) return;
    if (done_ < last_) {
        const std::vector<std::string> dropped(exhausted ? 1 : 0, "--patience");
        progress_.note("to go on: " + continuing_command(arguments_, flags_.checkpoint, dropped, ""));
        return;
    }
    const std::string length =
        flags_.epochs ? text("--epochs ", 2 * flags_.epochs) : text("--iterations ", 2 * last_);
    progress_.note("to train for longer: " +
                   continuing_command(arguments_, flags_.checkpoint,
                                      std::vector<std::string>{"--epochs", "--iterations"}, length));
}

std::string Run::speed_and_time_left() const {
    const double each = elapsed_ / static_cast<double>(done_ - first_);
    return text(framework::fixed(flags_.model.batch / each, 1), " images/s  ",
                print_time_left(each * static_cast<double>(last_ - done_)), " left");
}

std::string Run::progress_line(const runtime::IterationResult& result) const {
    return text("epoch ", history_->epoch_of(result.number), " of ", history_->epoch_of(last_ - 1),
                ", iteration ", done_, " of ", last_, "  loss ", framework::fixed(result.loss, 4), "  ",
                speed_and_time_left());
}

std::string Run::epoch_line() const {
    const runtime::Epoch& epoch = history_->epochs().back();
    const runtime::Evaluation* best = evaluations_.best();
    const std::string accuracy =
        epoch.accuracy ? text("accuracy ", print_share(*epoch.accuracy), " on ", judge().set->count(), " ",
                              judge().images, " images", best->iteration == done_ ? " (best)  " : "  ")
                       : "";
    return text("epoch ", epoch.number, " of ", history_->epoch_of(last_ - 1), ", iteration ", done_,
                "  mean loss ", framework::fixed(epoch.loss, 4), "  ", accuracy,
                framework::fixed(images_per_s(epoch, flags_.model.batch), 1), " images/s");
}

}  // namespace experiments::train
