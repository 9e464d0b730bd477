// The worker that peer_libtorch runs. It trains one network: for every line "step" that it reads it trains
// one iteration and answers with seconds and loss. It answers "quit" with the peak of resident memory.
#include <algorithm>
#include <iostream>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "experiments/common/main.h"
#include "experiments/common/options.h"
#include "experiments/common/planning.h"
#include "experiments/common/report.h"
#include "runtime/training/random.h"

namespace {

using namespace experiments;

// Images of noise, with labels spread over the classes.
struct Batch {
    std::vector<float> images;
    std::vector<std::int32_t> labels;

    Batch(const framework::Shape& shape, int classes, std::uint64_t seed)
        : images(static_cast<std::size_t>(shape.elements())),
          labels(static_cast<std::size_t>(shape.batch())) {
        const runtime::Philox random{seed};
        for (std::size_t i = 0; i < images.size(); ++i) images[i] = 2 * runtime::uniform(random(i, 0)[0]) - 1;
        for (std::size_t n = 0; n < labels.size(); ++n) labels[n] = static_cast<int>(n) * 37 % classes;
    }
};

void work(const ModelFlags& model) {
    model.apply_threads();
    const int classes = model.classes ? model.classes : 1000;
    const framework::Graph graph = models::training(
        model.name,
        {.batch = model.batch, .image_size = model.image_size, .classes = classes, .stem = model.stem});
    const session::Network network = session::prepare(graph, {.without = model.without});
    session::Training training(network, session::plan_in_dram(network), {.seed = model.seed});
    const Batch batch(graph.tensor(graph.find("images")).type.shape, classes, model.seed);

    const auto& steps = training.executor().steps();
    std::vector<double> best(steps.size(), std::numeric_limits<double>::max());
    for (std::string command; std::getline(std::cin, command) && command != "quit";) {
        if (command != "step") continue;
        const float loss = training.step(batch.images, batch.labels, {.learning_rate = 0.001F});
        const runtime::IterationTime& time = training.last_time();
        for (std::size_t step = 0; step < best.size(); ++step)
            best[step] = std::min(best[step], steps[step].kernel);
        std::cout << framework::print_json(
                         Json{{"seconds", time.total}, {"kernel_s", time.kernels}, {"loss", loss}})
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
