#include "models/models.h"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "framework/passes/fuse.h"
#include "runtime/training/parameters.h"
#include "tests/support/run_graph.h"

using namespace framework;
using namespace support;

namespace {

// One of each family; the others differ in their number of blocks.
struct Case {
    const char* name;
    int image_size;
};
const Case families[] = {
    {"vgg11", 32},        {"resnet50", 32},          {"densenet121", 32},
    {"inception_v4", 75}, {"paper_densenet264", 32}, {"paper_inception_v4", 75},
};

}  // namespace

TEST_CASE("models: each family takes two training steps, and infers with what it learned") {
    for (const auto& [name, size] : families) {
        CAPTURE(name);
        const models::ModelOptions options{.batch = 2, .image_size = size, .classes = 10};
        GraphRun training(fuse(models::training(name, options)));
        const std::vector<float> losses = train(training, 2, 1e-3F);
        CHECK(std::isfinite(losses[0]));
        CHECK(std::isfinite(losses[1]));
        CHECK(losses[0] != losses[1]);

        GraphRun inference(fuse(models::inference(name, options)));
        copy_persistent(training, inference);
        const std::vector<float> loss = train(inference, 2, 0);  // in a graph without updates
        CHECK(std::isfinite(loss[0]));
        CHECK(loss[0] == loss[1]);
        const Array logits = inference.get("logits");
        CHECK(logits.shape() == Shape{2, 10});
        CHECK(std::ranges::all_of(logits.values, [](float value) { return std::isfinite(value); }));
    }
}
