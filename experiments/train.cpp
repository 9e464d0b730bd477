// Trains a network on images under a DRAM budget. --iterations 10 --data synthetic: seconds.
#include "experiments/common/main.h"
#include "experiments/train/run.h"

using namespace experiments;

int main(int argc, char** argv) {
    CLI::App app("Trains a network on images.", "train");
    train::Flags flags;
    flags.add_to(app);
    int code = 0;
    const int status = run(app, argc, argv, [&] {
        flags.check();
        flags.model.apply_threads();
        train::Run training(flags, {argv, static_cast<std::size_t>(argc)});
        training.train();
        code = training.exit_code();
    });
    return status ? status : code;
}
