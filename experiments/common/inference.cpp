#include "experiments/common/inference.h"

#include "experiments/common/numbers.h"
#include "experiments/common/outputs.h"
#include "experiments/common/signals.h"
#include "experiments/common/summary.h"
#include "experiments/common/watchdog.h"
#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "runtime/training/continuation.h"

namespace experiments {

using framework::require;
using framework::text;
using framework::UsageError;
namespace data = runtime::data;

namespace {

// The flags that train would have been given.
ModelFlags model_of(const runtime::TrainedNetwork& network, const InferenceFlags& flags, int batch) {
    ModelFlags model = flags.model;
    model.name = network.model;
    model.batch = batch;
    model.image_size = network.image_size;
    model.classes = network.classes;
    if (!network.stem.empty()) model.stem = models::parse_stem(network.stem);
    return model;
}

framework::Graph graph_of(const ModelFlags& model, int channels) {
    return models::inference(model.name, {.batch = model.batch,
                                          .image_size = model.image_size,
                                          .channels = channels,
                                          .classes = model.classes,
                                          .stem = model.stem});
}

}  // namespace

void InferenceFlags::add_to(CLI::App& app, const char* usual_batch) {
    model.batch = 0;
    model.add_to(app);
    for (const char* known :
         {"--model", "--batch", "--image-size", "--classes", "--seed", "--stem", "--list-models"})
        app.remove_option(app.get_option(known));
    app.add_option("--checkpoint", checkpoint, "the trained network: a file that train --checkpoint wrote")
        ->required();
    add_number(app, "--batch", model.batch, batches,
               text("images that are computed together (default: ", usual_batch, ")"));
    placement.add_to(app);
    app.remove_option(app.get_option("--simulate"));
    app.add_option("--csv", csv, "write the results here as a table (CSV)");
    output.add_to(app);
}

void InferenceFlags::check() const {
    check_output("--report", output.report);
    check_output("--csv", csv);
}

runtime::TrainedNetwork read_network(const std::string& checkpoint) {
    const runtime::Safetensors file(checkpoint);
    return runtime::trained_network(checkpoint, runtime::current_keys(checkpoint, file.metadata()));
}

RunningNetwork::RunningNetwork(const runtime::TrainedNetwork& network, const InferenceFlags& flags, int batch,
                               std::span<char* const> arguments, const std::string& program,
                               Progress& progress)
    : transform_(network.transform),
      batch_(batch),
      report_(new_report(program, arguments, flags.placement.mode())) {
    ModelFlags model;
    framework::Graph graph;
    try {
        model = model_of(network, flags, batch);
        graph = graph_of(model, network.transform.channels);
    } catch (const UsageError& error) {  // about the file, not about the command line
        throw framework::DataError(text(flags.checkpoint, ": its network cannot be made: ", error.what()));
    }
    PlacementFlags placement = flags.placement;
    const PlannedNetwork planned = plan_to_run(graph, model, placement, progress);
    if (planned.is_measured()) progress.note(summary(model, placement, planned));
    report_["checkpoint"] = flags.checkpoint;
    report_model(report_, model, planned.network);
    report_plan(report_, placement, planned);
    unsaved_times_ = planned.profile.measured.unsaved;
    forget_peak_memory();
    if (planned.is_measured()) {
        inference_ = std::make_unique<session::Inference>(planned.network, planned.profile, planned.solution);
    } else {
        inference_ = std::make_unique<session::Inference>(planned.network, planned.solution);
    }
    inference_->load_weights(flags.checkpoint);
    report_["dram"]["peak_bytes"] = inference_->dram_bytes();
    report_slow(report_, inference_->device().slow_memory(), inference_->slow_bytes());
    progress.note(text(flags.checkpoint, ": ", network.model, " for ", network.image_size, "x",
                       network.image_size, " pixels, ", network.class_names.size(), " classes; batch ", batch,
                       ", DRAM ", framework::print_bytes(inference_->dram_bytes())));
}

void RunningNetwork::answer(const data::DatasetPtr& set, Progress& progress, const runtime::OnAnswer& each) {
    stop_on_signals();
    const Watchdog watchdog(inference_->executor().kernels_ended(), inference_->longest_s());
    data::Batcher images(set, {.batch = batch_, .order = data::Order::sequential, .transform = transform_});
    const auto start = framework::Clock::now();
    std::int64_t done = 0;
    const auto speed = [&] {
        return framework::fixed(static_cast<double>(done) / framework::since(start), 1);
    };
    inference_->answer(
        images, set->count(),
        [&](int label, std::span<const float> logits) {
            each(label, logits);
            if (++done % batch_ == 0)
                progress.show(static_cast<double>(done) / static_cast<double>(set->count()),
                              text(done, " of ", set->count(), " images  ", speed(), " images/s"));
        },
        [] { return stop_signal() == 0; });
    const double seconds = framework::since(start);
    report_["images"] = {{"count", done}, {"seconds", seconds}};
    report_memory(report_, inference_->program(), inference_->device());
    if (stop_signal())
        progress.note(
            text("stopped by signal ", stop_signal(), " after ", done, " of ", set->count(), " images"));
    progress.note(text(done, done == 1 ? " image in " : " images in ", framework::print_seconds(seconds),
                       ", ", speed(), " images/s, ", report_["mode"].get<std::string>()));
}

}  // namespace experiments
