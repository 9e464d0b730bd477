#include "experiments/evaluate/run.h"

#include "experiments/common/accuracy.h"
#include "experiments/common/numbers.h"
#include "experiments/common/outputs.h"
#include "experiments/common/signals.h"
#include "experiments/evaluate/confusion.h"
#include "experiments/evaluate/outcome.h"
#include "framework/base/files.h"
#include "framework/base/text.h"
#include "runtime/data/dataset.h"
#include "runtime/data/relabelled.h"

namespace experiments::evaluate {

namespace data = runtime::data;

namespace {

// The images as training saw them, under the checkpoint's names of classes.
data::DatasetPtr open_set(const Flags& flags, const runtime::TrainedNetwork& network) {
    const data::Split split = flags.split == "train" ? data::Split::train : data::Split::test;
    const data::DatasetPtr set = data::open_dataset(
        flags.data, split,
        {.image_size = network.image_size, .seed = network.seed, .classes = network.classes});
    return data::relabelled(set, network.class_names, flags.data, flags.inference.checkpoint);
}

}  // namespace

void Flags::add_to(CLI::App& app) {
    inference.add_to(app, "that of the training");
    app.add_option("--data", data, "the labelled set: synthetic | cifar10:DIR | mnist:DIR | images:DIR")
        ->required();
    app.add_option("--split", split,
                   "its test or its train images; a folder without test and train is divided as by train")
        ->check(CLI::IsMember({"test", "train"}))
        ->capture_default_str();
    app.add_option("--picture", picture, "draw the confusion matrix here (PNG, by gnuplot)");
    add_number(app, "--rows", rows, positive, "classes and confusions to print, the worst first")
        ->capture_default_str();
}

void Flags::check() const {
    inference.check();
    check_picture("--picture", picture);
}

int run(const Flags& flags, std::span<char* const> arguments) {
    flags.check();
    flags.inference.model.apply_threads();
    Progress progress(flags.inference.output.quiet);
    const runtime::TrainedNetwork network = read_network(flags.inference.checkpoint);
    const data::DatasetPtr set = open_set(flags, network);
    const int batch = flags.inference.model.batch ? flags.inference.model.batch : network.batch;
    RunningNetwork running(network, flags.inference, batch, arguments, "evaluate", progress);

    runtime::AccuracyCount count;
    Confusion confusion(network);
    running.answer(set, progress, [&](int label, std::span<const float> logits) {
        count.add(label, logits);
        confusion.add(label, logits);
    });
    if (stop_signal()) return exit_code_of(stop_signal());

    const runtime::Accuracy accuracy = count.accuracy();
    Outputs outputs;
    Json& report = running.report();
    report_accuracy(report, accuracy);
    report["data"] = flags.data;
    report["split"] = flags.split;
    report["classes"] = json_of_classes(confusion);
    report["confusions"] = json_of_confusions(confusion);
    if (!flags.inference.csv.empty())
        outputs.write([&] { framework::write_file(flags.inference.csv, csv_of(confusion)); });
    if (!flags.inference.output.report.empty())
        outputs.write([&] { write_json(flags.inference.output.report, report); });
    if (!flags.picture.empty()) outputs.write([&] { draw_confusion(confusion, flags.data, flags.picture); });
    progress.say(accuracy_line(accuracy, flags.split));
    progress.say(tables_of(confusion, flags.rows));
    outputs.add_failure(running.unsaved_times());
    outputs.require_all();
    return 0;
}

}  // namespace experiments::evaluate
