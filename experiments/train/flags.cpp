#include "experiments/train/flags.h"

#include "experiments/common/numbers.h"
#include "experiments/common/outputs.h"
#include "framework/base/error.h"

namespace experiments::train {

using framework::require;
using framework::UsageError;

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
    app.add_flag("!--no-evaluate", evaluate, "skip the final accuracy on the test images");
    add_number(app, "--evaluate-every", evaluate_every, {1, 1'000'000},
               "epochs between evaluations (default: 1 if --validation, --checkpoint-best or --patience is "
               "given)");
    add_number(
        app, "--validation", images.validation, below_one,
        "share of the training images that is set aside for these evaluations (default: none; they are "
        "on the test images)");
    add_number(app, "--patience", patience, {1, 1'000'000},
               "stop after this many epochs without a better accuracy");
    app.add_option("--log", log, "write a line of JSON for every iteration here");
    app.add_option(
        "--trace", trace,
        "write the kernels and moves of the last iterations here (trace events, for Chrome or Perfetto)");
    add_number(app, "--trace-iterations", trace_iterations, positive, "how many iterations to trace")
        ->capture_default_str();
    app.add_option("--checkpoint", checkpoint, "write parameters and optimizer state here (safetensors)");
    app.add_option("--checkpoint-best", checkpoint_best,
                   "write the state with the best accuracy so far here");
    add_number(app, "--checkpoint-every", checkpoint_every, positive,
               "iterations between checkpoints (default: an epoch)");
    auto* resumed =
        app.add_option("--resume", resume,
                       "continue the run that wrote this checkpoint, perhaps for longer: with its "
                       "flags, and more iterations or epochs (default: as many)");
    app.add_option("--init", init,
                   "begin from the weights of this file (safetensors); the number of classes may differ")
        ->excludes(resumed);
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
    check_output("--checkpoint-best", checkpoint_best);
    require<UsageError>(checkpoint.empty() || checkpoint != checkpoint_best,
                        "--checkpoint and "
                        "--checkpoint-best both name ",
                        checkpoint, "; give each a file of its own");
}

int Flags::epochs_to_evaluation() const {
    const bool wanted = images.validation > 0 || patience > 0 || !checkpoint_best.empty();
    return evaluate_every ? evaluate_every : wanted ? 1 : 0;
}

}  // namespace experiments::train
