// One network trained a step at a time, as peer_libtorch asks: "step" answers with seconds and loss, "quit"
// with RSS.
#include <algorithm>
#include <iostream>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "experiments/common/main.h"
#include "experiments/common/options.h"
#include "experiments/common/report.h"
#include "experiments/common/session.h"
#include "runtime/training/parameters.h"
#include "runtime/training/random.h"

namespace {

using namespace experiments;

// Images of noise and labels as they come; written before each step, since their bytes are used again after
// it.
void fill(const runtime::Program& program, std::span<const float> images, int classes) {
    const framework::Shape shape = program.graph().tensor(program.graph().find("images")).type.shape;
    std::copy(images.begin(), images.end(), program.floats("images"));
    auto* labels = reinterpret_cast<std::int32_t*>(program.floats("labels"));
    for (int n = 0; n < shape.batch(); ++n) labels[n] = n * 37 % classes;
}

void work(const ModelFlags& model) {
    model.apply_threads();
    const int classes = model.classes ? model.classes : 1000;
    const framework::Graph graph = models::training(
        model.name, {.batch = model.batch, .image_size = model.image_size, .classes = classes});
    Loaded loaded(plan_in_dram(graph, model), {});
    runtime::initialize(loaded.program, model.seed);
    const framework::TensorId id = loaded.program.graph().find("images");
    std::vector<float> images(
        static_cast<std::size_t>(loaded.program.graph().tensor(id).type.shape.elements()));
    const runtime::Philox random{model.seed};
    for (std::size_t i = 0; i < images.size(); ++i) images[i] = 2 * runtime::uniform(random(i, 0)[0]) - 1;

    std::vector<double> best(loaded.program.steps().size(), std::numeric_limits<double>::max());
    std::int64_t number = 0;
    for (std::string command; std::getline(std::cin, command) && command != "quit";) {
        if (command != "step") continue;
        fill(loaded.program, images, classes);
        const runtime::IterationTime time = loaded.executor.run({number++, model.seed, 0.001F});
        for (std::size_t step = 0; step < best.size(); ++step) {
            best[step] = std::min(best[step], loaded.executor.steps()[step].kernel);
        }
        std::cout << framework::print_json(Json{{"seconds", time.total},
                                                {"kernel_s", time.kernels},
                                                {"loss", *loaded.program.floats("loss")}})
                  << std::endl;
    }
    Json last{{"kernels_best_s", std::accumulate(best.begin(), best.end(), 0.0)}};
    report_memory(last);
    last["rss_peak_bytes"] = last["memory"]["rss_peak_bytes"];
    std::cout << framework::print_json(last) << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Trains one network, a step for every line \"step\" it reads.", "autotm_worker");
    ModelFlags model;
    model.add_to(app);
    return run(app, argc, argv, [&] { work(model); });
}
