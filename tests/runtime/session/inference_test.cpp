#include "runtime/session/inference.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "models/models.h"
#include "optimizer/feasibility.h"
#include "runtime/session/session.h"
#include "tests/support/array.h"
#include "tests/support/small_networks.h"
#include "tests/support/temporary_folder.h"

using framework::Bytes;
using runtime::session::Placement;
using support::Array;

namespace fs = std::filesystem;
namespace session = runtime::session;

namespace {

const models::ModelOptions small{.batch = 4, .image_size = 16, .classes = 10};
const Array images = support::normal({4, 3, 16, 16}, 1);

// The weights after two iterations, in `file`; returns the logits of the training's own evaluation.
std::vector<float> train(const fs::path& file) {
    const session::Network network = session::prepare(models::training(support::patchwork, small));
    session::TrainingOptions options{.seed = 3};
    options.evaluation = models::inference(support::patchwork, small);
    session::Training training(network, session::plan_in_dram(network), options);
    const std::vector<std::int32_t> labels{1, 7, 3, 9};
    for (int i = 0; i < 2; ++i) training.step(images.values, labels, {.learning_rate = 0.01F});
    training.save(file);
    std::vector<float> logits(40);
    training.infer(images.values, labels, logits);
    return logits;
}

}  // namespace

TEST_CASE("inference: under every placement and budget the logits are those of training, bit for bit") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c.safetensors";
    const std::vector<float> expected = train(file);
    const session::Network network = session::prepare(models::inference(support::patchwork, small));
    const auto logits_of = [&](session::Inference& inference) {
        inference.load_weights(file);
        std::vector<float> logits(40);
        inference.infer(images.values, logits);
        return logits;
    };
    session::Inference in_dram(network, session::plan_in_dram(network));
    CHECK(logits_of(in_dram) == expected);
    const session::Profile profile = session::profile(network, {.machine = "cxl"});
    const Bytes least = optimizer::smallest_budget(network.schedule).bytes;
    for (const Placement placement :
         {Placement::slow, Placement::first_touch, Placement::static_, Placement::synchronous}) {
        for (const Bytes budget : {least, network.all_dram_bytes / 5, network.all_dram_bytes / 2}) {
            CAPTURE(optimizer::name_of(placement));
            CAPTURE(budget);
            const session::Solution solved =
                session::plan(network, profile, {.placement = placement, .dram = std::max(least, budget)});
            session::Inference inference(network, profile, solved, {.check_moves = true});
            CHECK(inference.dram_bytes() <= std::max(least, budget));
            CHECK(inference.longest_s() > 0);
            CHECK(logits_of(inference) == expected);
            std::vector<float> again(40);
            inference.infer(images.values, again);
            CHECK(again == expected);
        }
    }
}

TEST_CASE("inference: an image's logits do not depend on the other images of the batch") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c.safetensors";
    train(file);
    const session::Network network = session::prepare(models::inference(support::patchwork, small));
    session::Inference inference(network, session::plan_in_dram(network));
    inference.load_weights(file);
    std::vector<float> logits(40), alone(40), black(images.values.size());
    inference.infer(images.values, logits);
    std::copy_n(images.values.begin() + 2 * 768, 768, black.begin());  // the third image comes first
    inference.infer(black, alone);
    CHECK(std::equal(alone.begin(), alone.begin() + 10, logits.begin() + 20));
    CHECK_FALSE(std::equal(alone.begin(), alone.begin() + 10, logits.begin()));  // images differ in theirs
}

TEST_CASE("inference: tensors of another size, and files without all weights, are refused") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c.safetensors";
    train(file);
    const session::Network network = session::prepare(models::inference(support::patchwork, small));
    session::Inference inference(network, session::plan_in_dram(network));
    std::vector<float> few(5), logits(40);
    CHECK_THROWS_AS(inference.infer(few, logits), framework::ShapeError);
    CHECK_THROWS_AS(inference.infer(images.values, few), framework::ShapeError);
    CHECK_THROWS_AS(inference.load_weights(folder / "none.safetensors"), framework::DataError);
    const session::Network other = session::prepare(models::inference(
        [](framework::Tensor x) { return support::patchwork(x) | framework::linear(12); }, small));
    session::Inference longer(other, session::plan_in_dram(other));
    CHECK(complaint([&] { longer.load_weights(file); }).find("has not all weights") != std::string::npos);
    const session::Network simulated =
        session::prepare(models::inference(support::patchwork, small), {.simulated = true});
    const session::Profile times = session::profile(simulated, {.machine = "paper"});
    const session::Solution solved = session::plan(simulated, times, {});
    CHECK_THROWS_AS(session::Inference(simulated, times, solved), framework::UsageError);
}
