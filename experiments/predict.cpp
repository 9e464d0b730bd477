// Names the class of images by a trained network, each with its probability.
#include "experiments/common/main.h"
#include "experiments/predict/run.h"

using namespace experiments;

int main(int argc, char** argv) {
    CLI::App app("Names the class of images by a trained network, each with its probability.", "predict");
    app.footer(
        "Examples:\n"
        "  predict cat.jpg dog.png --checkpoint my.safetensors         the most likely class of each\n"
        "  predict DIR --checkpoint my.safetensors --top 5 --csv p.csv all images below a folder\n"
        "  find . -name '*.jpg' | predict --list - --checkpoint my.safetensors\n\n");
    predict::Flags flags;
    flags.add_to(app);
    return run(app, argc, argv, [&] { return predict::run(flags, {argv, static_cast<std::size_t>(argc)}); });
}
