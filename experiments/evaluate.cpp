// Measures a trained network on a labelled set: accuracy by class, and which classes it confuses.
#include "experiments/common/main.h"
#include "experiments/evaluate/run.h"

using namespace experiments;

int main(int argc, char** argv) {
    CLI::App app(
        "Measures a trained network on a labelled set: accuracy by class, and which classes it confuses.",
        "evaluate");
    app.footer(
        "Examples:\n"
        "  evaluate --checkpoint my.safetensors --data images:DIR       the test images of the set\n"
        "  evaluate --checkpoint my.safetensors --data cifar10:DIR --picture confusion.png --csv "
        "classes.csv\n\n");
    evaluate::Flags flags;
    flags.add_to(app);
    return run(app, argc, argv, [&] { return evaluate::run(flags, {argv, static_cast<std::size_t>(argc)}); });
}
