// Trains one network with libtorch, an iteration at each "step" read from stdin, so that a driver can take
// turns between it and other programs. Answers one JSON line a step, and the peak memory at "quit".
#include <chrono>
#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>
#include <malloc.h>
#include <sys/resource.h>

#include "experiments/common/numbers.h"
#include "experiments/peer/densenet.h"
#include "experiments/peer/inception.h"
#include "experiments/peer/resnet.h"
#include "experiments/peer/vgg.h"
#include "framework/base/error.h"
#include "framework/base/json.h"

namespace {

using namespace experiments::peer;
using framework::Error;
using framework::require;
using framework::UsageError;

constexpr int classes = 1000;

struct Network {
    Chain (*build)(int classes);
    int side;                 // rows and columns of an image
    std::int64_t parameters;  // as published, for 1000 classes
};

const std::map<std::string, Network> networks{
    {"vgg19", {vgg19, 224, 143667240}},
    {"resnet50", {resnet50, 224, 25557032}},
    {"resnet200", {resnet200, 224, 64673832}},
    {"densenet264", {densenet264, 224, 33337704}},
    {"inception_v4", {inception_v4, 299, 42679816}},
};

struct Options {
    std::string model = "resnet50";
    int batch = 16;
    int threads = 2;
    int iterations = 0;
    bool channels_last = false;
    bool tuned = false;
};

Options read_options(int argc, char** argv) {
    Options options;
    CLI::App app{"Trains one network with libtorch; each line \"step\" on stdin is an iteration."};
    app.add_option("--model", options.model, "vgg19, resnet50, resnet200, densenet264 or inception_v4");
    experiments::add_number(app, "--batch", options.batch, experiments::batches, "images an iteration");
    experiments::add_number(app, "--threads", options.threads, experiments::threads_of_a_machine,
                            "threads to compute with");
    experiments::add_number(app, "--iterations", options.iterations, {0, 1'000'000},
                            "do this many iterations without being asked, then quit");
    app.add_flag("--channels-last", options.channels_last, "images and weights in channels-last layout");
    app.add_flag("--tuned", options.tuned,
                 "keep freed memory for reuse, and release gradients between iterations");
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        std::exit(app.exit(help));
    } catch (const CLI::ParseError& error) {
        throw UsageError(error.what());
    }
    require<UsageError>(networks.count(options.model), "--model: there is no network ", options.model,
                        "; known are vgg19, resnet50, resnet200, densenet264 and inception_v4");
    return options;
}

// Keeps freed blocks on the heap: no mmap for large ones, no trimming. Otherwise the operating system maps
// and clears the activations again in each iteration.
void keep_freed_memory() {
    constexpr int never = -1;
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, never);
    mallopt(M_TOP_PAD, 256 << 20);
}

class Training {
  public:
    Training(const Network& network, const Options& options)
        : net_(network.build(classes)),
          optimizer_(net_->parameters(), torch::optim::SGDOptions(0.01).momentum(0.9).weight_decay(1e-4)),
          images_(torch::randn({options.batch, 3, network.side, network.side})),
          labels_(torch::randint(classes, {options.batch}, torch::kLong)),
          release_gradients_(options.tuned) {
        require<Error>(parameters() == network.parameters, options.model, ": built with ", parameters(),
                       " parameters, published with ", network.parameters);
        if (!options.channels_last) return;
        images_ = images_.contiguous(torch::MemoryFormat::ChannelsLast);
        for (auto& parameter : net_->parameters())
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
    }

    std::int64_t parameters() const {
        std::int64_t sum = 0;
        for (const auto& parameter : net_->parameters()) sum += parameter.numel();
        return sum;
    }

    // One iteration; returns its loss.
    double step() {
        net_->zero_grad(release_gradients_);
        auto loss = torch::cross_entropy_loss(net_->forward(images_), labels_);
        loss.backward();
        optimizer_.step();
        return loss.item<double>();
    }

  private:
    Chain net_;
    torch::optim::SGD optimizer_;
    torch::Tensor images_, labels_;
    bool release_gradients_;
};

nlohmann::json timed_step(Training& training) {
    const auto start = std::chrono::steady_clock::now();
    const double loss = training.step();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    return {{"seconds", elapsed.count()}, {"loss", loss}};
}

std::int64_t rss_peak_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return std::int64_t{usage.ru_maxrss} * 1024;
}

void serve(const Options& options) {
    if (options.tuned) keep_freed_memory();
    torch::set_num_threads(options.threads);
    torch::manual_seed(1);
    Training training(networks.at(options.model), options);
    training.step();  // warm-up: first touches of memory, oneDNN's code generation

    for (int i = 0; i < options.iterations; ++i) std::cout << timed_step(training) << std::endl;
    for (std::string line; options.iterations == 0 && std::getline(std::cin, line) && line != "quit";) {
        require<Error>(line == "step", "stdin: wanted \"step\" or \"quit\", got \"", line, "\"");
        std::cout << timed_step(training) << std::endl;
    }
    std::cout << nlohmann::json{{"rss_peak_bytes", rss_peak_bytes()}, {"parameters", training.parameters()}}
              << std::endl;
}

}  // namespace

int main(int argc, char** argv) try {
    serve(read_options(argc, argv));
    return 0;
} catch (const UsageError& error) {
    std::cerr << "peer_libtorch_worker: " << error.what() << '\n';
    return 2;
} catch (const std::exception& error) {
    std::cerr << "peer_libtorch_worker: " << error.what() << '\n';
    return 1;
}
