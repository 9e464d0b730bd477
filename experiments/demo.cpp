// Trains a ResNet with a fifth of the DRAM it needs, next to all-DRAM and first-touch; takes minutes.
#include <algorithm>
#include <cstring>
#include <iomanip>
#include <iostream>

#include "experiments/common/accuracy.h"
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
    std::vector<double> seconds{};  // of the iterations that have the delays of slow memory
    runtime::Accuracy accuracy;
};

runtime::LearningRate rate_of(const Flags& flags) {
    return {.shape = runtime::LearningRate::cosine,
            .base = flags.learning_rate,
            .warmup = flags.iterations / 5,
            .total = flags.iterations};
}

// Whether the losses are those that `all` begins with, bit for bit.
bool begins_with(const std::vector<float>& all, const std::vector<float>& losses) {
    return losses.size() <= all.size() &&
           std::memcmp(losses.data(), all.data(), losses.size() * sizeof(float)) == 0;
}

// Trains under one placement for some iterations, and evaluates after the last of all.
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

// Trains under one placement to the end. Delays change only times, so a placement that is merely compared has
// them for its first iterations, and then trains by the same plan without them.
Outcome train_to_the_end(const Flags& flags, const Images& images, const PlannedNetwork& planned,
                         const std::string& name, Progress& progress) {
    if (name != "first-touch" || flags.compared == flags.iterations)
        return train(flags, images, planned, name, flags.iterations, progress);
    Outcome timed = train(flags, images, planned, name, flags.compared, progress);
    PlannedNetwork undelayed = planned;
    undelayed.profile.mode = session::Mode::measured;
    Outcome outcome = train(flags, images, undelayed, name, flags.iterations, progress);
    framework::require<framework::Error>(begins_with(outcome.losses, timed.losses),
                                         "the delays changed the losses, which they must not");
    outcome.planned = planned;
    outcome.seconds = std::move(timed.seconds);
    return outcome;
}

bool same_losses(const std::vector<Outcome>& outcomes) {
    return std::ranges::all_of(outcomes,
                               [&](const Outcome& o) { return begins_with(outcomes[0].losses, o.losses); });
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
    report["same_losses"] = same_losses(outcomes);
    report_memory(report);
    write_json(flags.output.report, report);
}

void print_table(const Flags& flags, const std::vector<Outcome>& outcomes) {
    std::cout << '\n'
              << flags.model.name << ", batch " << flags.model.batch << ", " << flags.iterations
              << " iterations. Iteration times are " << flags.placement.mode()
              << ": medians of real iterations, into which\nthe delays of the \"" << flags.placement.machine
              << "\" machine's slow memory are injected, scaled to this processor.\n\n"
              << std::left << std::setw(12) << "placement" << std::right << std::setw(11) << "DRAM"
              << std::setw(11) << "slow" << std::setw(12) << "iteration" << std::setw(12) << "predicted"
              << std::setw(14) << "lower bound" << std::setw(11) << "accuracy" << '\n';
    for (const Outcome& o : outcomes) {
        const optimizer::Result& r = o.planned.solution.result;
        std::cout << std::left << std::setw(12) << o.placement << std::right << std::setw(11)
                  << framework::print_bytes(r.plan->arena[framework::Tier::dram]) << std::setw(11)
                  << framework::print_bytes(r.plan->arena[framework::Tier::slow]) << std::setw(12)
                  << framework::print_seconds(median(o.seconds)) << std::setw(12)
                  << framework::print_seconds(r.predicted_s) << std::setw(14)
                  << (r.bound_s > 0 ? framework::print_seconds(r.bound_s) : "-") << std::setw(11)
                  << print_share(o.accuracy.top1) << '\n';
    }
    std::cout
        << "\nDRAM, slow: the memory that the tensors get addresses in. Lower bound: no plan within the same "
           "budget is\npredicted to take less, whether it moves tensors or not. Accuracy: top-1 on "
        << outcomes[0].accuracy.samples << " test images.\n";
    if (flags.compared < flags.iterations)
        std::cout << "First-touch is slow, so only its first " << flags.compared
                  << " iterations have the delays: its time is their median. The others follow the\n"
                     "same plan without delays. Delays change no result.\n";
}

// What the demo shows, in plain words.
void print_answer(const Flags& flags, const std::vector<Outcome>& outcomes) {
    const double all_dram_s = median(outcomes[0].seconds);
    const auto times = [&](const Outcome& o) { return framework::fixed(median(o.seconds) / all_dram_s, 1); };
    const framework::Bytes budget = outcomes[1].planned.solution.dram_budget,
                           all = outcomes[1].planned.network.all_dram_bytes;
    std::cout << "\nWith " << print_share(static_cast<double>(budget) / static_cast<double>(all), 0)
              << " of the DRAM (" << framework::print_bytes(budget) << " of " << framework::print_bytes(all)
              << "), an iteration takes " << times(outcomes[1]) << " times the all-DRAM time; "
              << outcomes[2].placement << " takes " << times(outcomes[2]) << " times.\nThe losses of all "
              << flags.iterations << " iterations are "
              << (same_losses(outcomes) ? "the same bit for bit" : "NOT the same")
              << " under all three placements.\n";
}

void work(Flags flags, std::span<char* const> arguments) {
    check_output("--report", flags.output.report);
    flags.model.apply_threads();
    flags.compared = std::min(flags.compared, flags.iterations);
    Progress progress(flags.output.quiet);
    Json report = new_report("demo", arguments, flags.placement.mode());
    const Images images = open_images(flags.images, flags.model);
    const framework::Graph graph = models::training(flags.model.name, images.network, {.nesterov = true});
    flags.placement.placement = "synchronous";
    const PlannedNetwork synchronous = plan(graph, flags.model, flags.placement, progress);
    std::vector<Outcome> outcomes;
    Outputs outputs;
    for (const char* placement : {"dram", "synchronous", "first-touch"}) {
        PlacementFlags wanted = flags.placement;
        wanted.placement = placement;
        if (std::string(placement) == "dram") wanted.dram = "100%";
        // All three are planned with the same kernel times.
        const PlannedNetwork solved = try_plan(synchronous, wanted);
        framework::require<framework::OutOfTierMemory>(solved.solution.result.plan.has_value(),
                                                       solved.solution.result.reason);
        outcomes.push_back(train_to_the_end(flags, images, solved, placement, progress));
        outputs =
            {};  // a signal may end what follows: the report is written after each run, and the last counts
        if (!flags.output.report.empty()) outputs.write([&] { write_report(flags, report, outcomes); });
    }
    if (!flags.output.quiet) {
        print_table(flags, outcomes);
        print_answer(flags, outcomes);
    }
    framework::require<framework::Error>(same_losses(outcomes),
                                         "placements changed the losses, which they must not");
    for (const Outcome& outcome : outcomes) outputs.add_failure(outcome.planned.profile.measured.unsaved);
    outputs.require_all();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Trains a ResNet with a fifth of the DRAM it needs, next to all-DRAM and first-touch; takes minutes.",
        "demo");
    app.footer(
        "Examples:\n"
        "  demo --data cifar10:DIR                          a fifth of the DRAM\n"
        "  demo --data images:DIR --image-size 64 --dram 10%\n\n");
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
    add_number(app, "--iterations", flags.iterations, positive, "training iterations under each placement")
        ->capture_default_str();
    add_number(app, "--compared", flags.compared, positive,
               "iterations for which first-touch waits as slow memory would have it wait")
        ->capture_default_str();
    flags.output.add_to(app);
    return run(app, argc, argv, [&] { work(flags, {argv, static_cast<std::size_t>(argc)}); });
}
