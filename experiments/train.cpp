// Trains a network on images within a DRAM budget.
#include "experiments/common/main.h"
#include "experiments/train/run.h"

using namespace experiments;

int main(int argc, char** argv) {
    CLI::App app("Trains a network on images within a DRAM budget.", "train");
    app.footer(
        "Examples:\n"
        "  train --model resnet50 --batch 16 --iterations 10 --dram 20%    synthetic images, a fifth of the "
        "DRAM\n"
        "  train --data images:DIR --epochs 20 --checkpoint my.safetensors a folder for each class\n"
        "  train --data cifar10:DIR --epochs 5 --dram auto                 within what is free now\n\n");
    train::Flags flags;
    flags.add_to(app);
    return run(app, argc, argv, [&] {
        flags.check();
        flags.model.apply_threads();
        train::Run training(flags, {argv, static_cast<std::size_t>(argc)});
        training.train();
        return training.exit_code();
    });
}
