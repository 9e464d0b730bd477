#include "runtime/training/training.h"

#include <limits>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/layers.h"
#include "models/models.h"
#include "runtime/training/parameters.h"
#include "tests/support/run_graph.h"

using framework::Tensor;
using runtime::Accuracy;

namespace {

// Of a layer that has these logits for whatever image, on 6 samples of each class in turn.
Accuracy accuracy_of(const std::vector<float>& logits) {
    const auto classes = static_cast<int>(logits.size());
    const auto network = [&](Tensor images) { return images | framework::linear(classes); };
    runtime::Program program = support::compile(models::inference(network, {.batch = 4, .image_size = 2}));
    for (const framework::TensorId id : runtime::persistent_tensors(program.graph())) {
        const framework::Shape shape = program.graph().tensor(id).type.shape;
        const std::vector<float> zeros(static_cast<std::size_t>(shape.elements()), 0);
        program.put<float>(id, shape.rank() == 1 ? logits : zeros);
    }
    runtime::Executor executor(program);
    const int samples = 6 * classes;
    std::vector<std::uint8_t> labels;
    labels.reserve(static_cast<std::size_t>(samples));
    for (int sample = 0; sample < samples; ++sample)
        labels.push_back(static_cast<std::uint8_t>(sample % classes));
    const auto black =
        runtime::data::in_memory({3, 2, 2}, std::vector<std::string>(logits.size(), "class"), labels,
                                 std::vector<std::uint8_t>(static_cast<std::size_t>(samples) * 12, 0));
    runtime::data::Batcher batches(black, {.batch = 4, .order = runtime::data::Order::sequential});
    return runtime::evaluate(executor, batches, samples);
}

}  // namespace

TEST_CASE("accuracy: a network that tells nothing apart is right for one class, among five for five") {
    for (const int classes : {2, 10}) {
        CAPTURE(classes);
        const Accuracy accuracy = accuracy_of(std::vector<float>(static_cast<std::size_t>(classes), 0));
        CHECK(accuracy.samples == 6 * classes);
        CHECK(accuracy.top1 == doctest::Approx(1.0 / classes));
        if (classes > 5) CHECK(accuracy.top5.value() == doctest::Approx(5.0 / classes));
    }
}

TEST_CASE("accuracy: of fewer than six classes there is no top-5") {
    CHECK_FALSE(accuracy_of({1, 2, 3, 4, 5}).top5.has_value());
    const Accuracy six = accuracy_of({1, 2, 3, 4, 5, 6});
    CHECK(six.top1 == doctest::Approx(1.0 / 6));
    CHECK(six.top5.value() == doctest::Approx(5.0 / 6));
}

TEST_CASE("accuracy: a network without finite numbers has none") {
    CHECK_THROWS_AS(accuracy_of({0, std::numeric_limits<float>::quiet_NaN()}), framework::NonFiniteLoss);
}
