// Trains a small ResNet with a fifth of the DRAM it would need, next to all-DRAM and first-touch. Minutes.
#include <algorithm>
#include <cstring>
#include <iomanip>
#include <iostream>

#include "experiments/common/images.h"
#include "experiments/common/main.h"
#include "experiments/common/numbers.h"
#include "experiments/common/outputs.h"
#include "experiments/common/planning.h"
#include "experiments/common/report.h"
#include "optimizer/solve.h"

namespace {

using namespace experiments;
namespace data = runtime::data;

struct Flags {
    ModelFlags model;
    PlacementFlags placement;
    ImageOptions images{.augment = "none", .normalise = "image"};
    OutputFlags output;
    std::int64_t iterations = 600, compared = 20;
    float learning_rate = 0.015F;
};

struct Outcome {
    std::string placement;
    PlannedNetwork planned;
    std::vector<float> losses;
    std::vector<double> seconds;
    runtime::Accuracy accuracy;
};

runtime::LearningRate rate_of(const Flags& flags) {
    return {.shape = runtime::LearningRate::cosine,
            .base = flags.learning_rate,
            .warmup = flags.iterations / 5,
            .total = flags.iterations};
}

// Trains under one placement. The demo's own placement trains to the end, the others only for the iterations
// that are compared.
Outcome train(const Flags& flags, const Images& images, const PlannedNetwork& planned,
              const std::string& name, std::int64_t iterations, Progress& progress) {
    Outcome outcome{.placement = name, .planned = planned, .losses = {}, .seconds = {}, .accuracy = {}};
    const bool to_the_end = iterations == flags.iterations;
    session::TrainingOptions options{.seed = flags.model.seed};
    if (to_the_end) options.evaluation = models::inference(flags.model.name, images.network);
    session::Training training(planned.network, planned.profile, planned.solution, options);
    data::Batcher batches(images.train, {.batch = flags.model.batch,
                                         .order = data::Order::shuffled,
                                         .seed = flags.model.seed,
                                         .transform = images.training});
    training.train(
        batches,
        {.last = iterations, .rate = rate_of(flags), .after = [&](const runtime::IterationResult& result) {
             outcome.losses.push_back(result.loss);
             outcome.seconds.push_back(result.time.total);
             progress.show(framework::text(name, ": iteration ", result.number + 1, " of ", iterations,
                                           ", loss ", result.loss));
             return true;
         }});
    if (to_the_end) {
        data::Batcher tested(
            images.test,
            {.batch = flags.model.batch, .order = data::Order::sequential, .transform = images.testing});
        outcome.accuracy = training.evaluate(tested, images.test->count());
    }
    return outcome;
}

bool same_losses(const Flags& flags, const std::vector<Outcome>& outcomes) {
    return std::ranges::all_of(outcomes, [&](const Outcome& o) {
        return std::memcmp(o.losses.data(), outcomes[0].losses.data(),
                           static_cast<std::size_t>(flags.compared) * sizeof(float)) == 0;
    });
}

// Each run has the same fields as a report of train.
void write_report(const Flags& flags, Json report, const std::vector<Outcome>& outcomes) {
    report_model(report, flags.model, outcomes[0].planned.network);
    report["runs"] = Json::array();
    for (const Outcome& o : outcomes) {
        Json run = Json::object();
        PlacementFlags placement = flags.placement;
        placement.placement = o.placement;
        report_plan(run, placement, o.planned);
        report_slow(run, {.kind = runtime::emulated_memory, .block = {}},
                    o.planned.solution.result.plan->arena[framework::Tier::slow]);
        run["iterations"] = statistics(o.seconds);
        run["losses"] = o.losses;
        if (o.accuracy.samples > 0) report_accuracy(run, o.accuracy);
        report["runs"].push_back(std::move(run));
    }
    report["same_losses"] = same_losses(flags, outcomes);
    report_memory(report);
    write_json(flags.output.report, report);
}

void print_table(const Flags& flags, const std::vector<Outcome>& outcomes) {
    std::cout << std::left << std::setw(13) << "\nplacement" << std::right << std::setw(15) << "iteration"
              << std::setw(12) << "predicted" << std::setw(12) << "bound" << std::setw(11) << "DRAM"
              << std::setw(11) << "slow" << std::setw(11) << "top-1" << '\n';
    for (const Outcome& o : outcomes) {
        const optimizer::Result& r = o.planned.solution.result;
        std::cout << std::left << std::setw(12) << o.placement << std::right << std::setw(15)
                  << framework::print_seconds(median(o.seconds)) << std::setw(12)
                  << framework::print_seconds(r.predicted_s) << std::setw(12)
                  << (r.bound_s > 0 ? framework::print_seconds(r.bound_s) : "-") << std::setw(11)
                  << framework::print_bytes(r.plan->arena[framework::Tier::dram]) << std::setw(11)
                  << framework::print_bytes(r.plan->arena[framework::Tier::slow]);
        if (o.accuracy.samples > 0) {
            std::cout << std::setw(9) << framework::fixed(100 * o.accuracy.top1, 2) << " %";
        } else {
            std::cout << std::setw(11) << "-";
        }
        std::cout << '\n';
    }
    std::cout << "\nThe losses of the first " << flags.compared << " iterations are "
              << (same_losses(flags, outcomes) ? "the same bit for bit" : "NOT the same")
              << " under all placements.\n"
              << "Times are " << flags.placement.mode() << ": medians of real iterations";
    if (flags.placement.emulate) {
        std::cout << ", with the delays of the \"" << flags.placement.machine
                  << "\" machine's slow memory\ninjected, scaled to this processor";
    }
    std::cout << ". DRAM and slow are the sizes of the two arenas.\n";
}

void work(Flags flags, std::span<char* const> arguments) {
    check_output("--report", flags.output.report);
    flags.model.apply_threads();
    flags.compared = std::min(flags.compared, flags.iterations);
    Progress progress(flags.output.quiet);
    Json report = new_report("demo", arguments, flags.placement.mode());
    const Images images = open_images(flags.images, flags.model);
    const framework::Graph graph = models::training(flags.model.name, images.network, {.nesterov = true});
    std::vector<Outcome> outcomes;
    Outputs outputs;
    for (const char* placement : {"dram", "synchronous", "first-touch"}) {
        PlacementFlags wanted = flags.placement;
        wanted.placement = placement;
        const bool unlimited = std::string(placement) == "dram";
        if (unlimited) wanted.dram = "100%";
        const PlannedNetwork solved = plan(graph, flags.model, wanted, progress);
        const bool main_one = std::string(placement) == "synchronous";
        outcomes.push_back(
            train(flags, images, solved, placement, main_one ? flags.iterations : flags.compared, progress));
        outputs =
            {};  // a signal may end what follows: the report is written after each run, and the last counts
        if (!flags.output.report.empty()) outputs.write([&] { write_report(flags, report, outcomes); });
    }
    if (!flags.output.quiet) print_table(flags, outcomes);
    framework::require<framework::Error>(same_losses(flags, outcomes),
                                         "placements changed the losses, which they must not");
    for (const Outcome& outcome : outcomes) outputs.add_failure(outcome.planned.profile.measured.unsaved);
    outputs.require_all();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Trains a small ResNet with a fifth of the DRAM it would need, next to all-DRAM and first-touch.",
        "demo");
    Flags flags;
    flags.model.batch = 16;
    flags.placement.dram = "20%";
    flags.placement.machine = "paper";
    flags.placement.emulate = true;
    flags.model.add_to(app);
    app.add_option("--data", flags.images.data,
                   "cifar10:DIR | mnist:DIR | images:DIR, as dataset make writes them")
        ->required();
    app.add_option("--dram", flags.placement.dram, "DRAM of the two limited runs")->capture_default_str();
    app.add_option("--machine", flags.placement.machine,
                   "machine model whose slow memory is emulated: paper | cxl | FILE")
        ->capture_default_str();
    app.add_option("--cache", flags.placement.cache, "file in which kernel times are kept between runs");
    add_number(app, "--iterations", flags.iterations, positive,
               "iterations of the planned run, which is evaluated")
        ->capture_default_str();
    add_number(app, "--compared", flags.compared, positive, "iterations of the two other runs")
        ->capture_default_str();
    flags.output.add_to(app);
    return run(app, argc, argv, [&] { work(flags, {argv, static_cast<std::size_t>(argc)}); });
}
