#include "runtime/executor.h"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/passes/fuse.h"
#include "models/models.h"
#include "tests/support/run_graph.h"
#include "tests/support/small_networks.h"

using namespace framework;
using namespace support;

namespace {

struct Case {
    std::string name;
    Graph graph;
};

std::vector<Case> networks() {
    const models::ModelOptions options{.batch = 4, .image_size = 32, .classes = 10};
    return {{"resnet18", models::training("resnet18", options)},
            {"densenet121", models::training("densenet121", options)},
            {"vgg11", models::training("vgg11", {.batch = 2, .image_size = 32, .classes = 10})},
            {"patchwork", models::training(patchwork, options)}};
}

std::vector<float> losses(const Graph& graph, const runtime::KernelOptions& options, float rate) {
    GraphRun run(graph, options);
    return train(run, 3, rate);
}

// The largest difference of two lists of losses, relative to the second.
double apart(const std::vector<float>& a, const std::vector<float>& b) {
    double worst = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        const double share = std::abs(static_cast<double>(a[i]) - b[i]) / std::abs(b[i]);
        worst = std::isfinite(share) ? std::max(worst, share) : share;
    }
    return worst;
}

}  // namespace

// Rounding grows from iteration to iteration, through norms over a few values most of all: a small rate keeps
// the trajectories together.
TEST_CASE("executor: fused and unfused graphs, with Winograd or not, give the same losses to rounding") {
    for (const Case& c : networks()) {
        CAPTURE(c.name);
        const float rate = 1e-3F;
        const std::vector<float> plain = losses(c.graph, {.winograd = false}, rate);
        for (const float loss : plain) CHECK(std::isfinite(loss));
        CHECK(plain[2] != plain[0]);
        const Graph graph = fuse(c.graph);
        CHECK(graph.op_count() < c.graph.op_count());
        const double fused = apart(losses(graph, {.winograd = false}, rate), plain);
        const double winograd = apart(losses(graph, {.winograd = true}, rate), plain);
        MESSAGE(c.name, ": fused by ", fused, ", with Winograd too by ", winograd);
        CHECK(fused < 1e-5);
        CHECK(winograd < 1e-4);
    }
}

TEST_CASE("executor: the same seed and threads give the same losses, bit for bit") {
    for (const char* name : {"resnet18", "densenet121"}) {
        const Graph graph = fuse(models::training(name, {.batch = 4, .image_size = 32, .classes = 10}));
        const std::vector<float> first = losses(graph, {}, 0.05F);
        CHECK(losses(graph, {}, 0.05F) == first);
    }
    const Graph graph = fuse(models::training(patchwork, {.batch = 4, .image_size = 16, .classes = 10}));
    CHECK(losses(graph, {}, 0.05F) == losses(graph, {}, 0.05F));
}

TEST_CASE("executor: training lowers the loss of a batch seen again and again") {
    GraphRun run(fuse(models::training(chain, {.batch = 8, .image_size = 8, .classes = 10})));
    const std::vector<float> all = train(run, 30, 0.02F);
    CHECK(all.back() < 0.5F * all.front());
}

TEST_CASE("executor: a label that is no class stops the iteration, naming sample and iteration") {
    GraphRun run(fuse(models::training(chain, {.batch = 2, .image_size = 8, .classes = 10})));
    run.set("images", normal({2, 3, 8, 8}, 1));
    run.set("labels", {{{2}, DType::s32}, {3, 10}});
    CHECK_THROWS_WITH_AS(
        run.run({.number = 41, .seed = 1, .learning_rate = 0}),
        "sample 1 of iteration 41 has the label 10, but the model tells 10 classes apart, from 0 on",
        DataError);
}

TEST_CASE("executor: a loss that is no number stops before the updates, naming iteration and kernel") {
    const auto logarithm = [](Tensor x) { return x | conv(16) | natural_log | flatten | linear(10); };
    GraphRun run(fuse(models::training(logarithm, {.batch = 2, .image_size = 4, .classes = 10})));
    const Array before = run.get("linear1.weight");
    run.set("images", normal({2, 3, 4, 4}, 1));
    run.set("labels", labels(2, 10, 1));
    std::string message;
    try {
        run.run({.number = 7, .seed = 1, .learning_rate = 0.1F});
    } catch (const NonFiniteLoss& error) {
        message = error.what();
    }
    CAPTURE(message);
    CHECK(message.starts_with("the loss of iteration 7 is"));
    CHECK(message.find("the first kernel with such a result is log1 (eltwise)") != std::string::npos);
    CHECK(run.get("linear1.weight").values == before.values);
}

TEST_CASE("executor: where images are overwritten by the time of the loss, no kernel is blamed for it") {
    const auto pooled = [](Tensor x) {
        return x | max_pool({.kernel = 2}) | conv(17) | natural_log | flatten | linear(10);
    };
    GraphRun run(fuse(models::training(pooled, {.batch = 2, .image_size = 8, .classes = 10})));
    run.set("images", normal({2, 3, 8, 8}, 1));
    run.set("labels", labels(2, 10, 1));
    CHECK_THROWS_WITH_AS(run.run({.number = 0, .seed = 1, .learning_rate = 0}),
                         doctest::Contains("one from max_pool1 on: what that reads is overwritten"),
                         NonFiniteLoss);
}

TEST_CASE("executor: an iteration's time is the sum of its parts and the loop's own") {
    const Graph graph = fuse(models::training(chain, {.batch = 2, .image_size = 8, .classes = 10}));
    runtime::Program program = compile(graph);
    runtime::Executor executor(program);
    const runtime::IterationTime time = executor.run({});
    Seconds kernels = 0, start = 0;
    for (const runtime::StepTime& step : executor.steps()) {
        CHECK(step.start >= start);
        start = step.start;
        kernels += step.kernel;
    }
    CHECK(executor.steps().size() == static_cast<std::size_t>(program.schedule().steps()));
    CHECK(time.kernels == doctest::Approx(kernels));
    CHECK(time.total >= time.kernels);
}
