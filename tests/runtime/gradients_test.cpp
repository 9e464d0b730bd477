// The gradients of whole graphs against central differences: that autodiff joins the ops' gradients rightly,
// and that lowering, fusion and bytes used twice leave them as they are.
#include <random>

#include <doctest/doctest.h>

#include "framework/graph/autodiff.h"
#include "framework/graph/layers.h"
#include "framework/passes/fuse.h"
#include "tests/support/run_graph.h"

using namespace framework;
using namespace support;

namespace {

constexpr int batch = 4;

// Smooth everywhere, so that differences are those of a tangent; a tensor is read by two ops, by one op
// twice, and a weight by two layers.
Tensor smooth_network(Tensor x) {
    Graph& graph = *x.graph;
    x = x | conv(17, {.kernel = 3, .padding = 1}) | batch_norm | sigmoid | conv(17, {.bias = true}) | sigmoid;
    const Tensor shared{&graph,
                        graph.add(Parameter{{17, 17, 1, 1}, {Initializer::normal, 0.3F}}, {}, "shared")[0]};
    const Tensor a = apply(Conv2d{}, {x, shared}, "first")[0];
    const Tensor b = apply(Conv2d{{.stride = 1}}, {a | sigmoid, shared}, "second")[0];
    x = concat({a + b, b * b, x | slice(3, 20 - 3)});
    x = x | avg_pool({.kernel = 2, .stride = 2}) | local_response_norm({.size = 3, .alpha = 0.1F});
    return x | flatten | linear(6) | sigmoid | linear(5);
}

struct Built {
    Graph graph;
    std::vector<std::string> parameters;
};

// Keeps the loss, and the gradient of every parameter as "d NAME".
Built build(bool backward) {
    Built built;
    Graph& graph = built.graph;
    const Tensor logits = smooth_network(input(graph, "images", {{batch, 3, 6, 6}}));
    const Tensor loss = cross_entropy(logits, input(graph, "labels", {{batch}, DType::s32}), 0.1F);
    graph.keep("logits", logits.id);
    graph.keep("loss", loss.id);
    const int count = graph.tensor_count();
    const Tensors gradients = backward ? add_backward(loss) : Tensors(static_cast<std::size_t>(count));
    for (TensorId id = 0; id < count; ++id) {
        if (graph.tensor(id).role != Role::parameter) continue;
        built.parameters.push_back(graph.tensor(id).name);
        if (!backward) continue;
        REQUIRE(gradients[id]);
        graph.keep("d " + graph.tensor(id).name, gradients[id].id);
    }
    return built;
}

}  // namespace

// The loss is one f32 near 2, whose rounding makes up to 1e-5 of a gradient.
TEST_CASE("gradients: those of a whole network match central differences, fused or not") {
    const Built both = build(true), forward = build(false);
    GraphRun moved(forward.graph), plain(both.graph), fused(fuse(both.graph));
    train(plain, 1, 0);
    train(fused, 1, 0);
    std::mt19937 random(1);
    for (const std::string& name : both.parameters) {
        CAPTURE(name);
        const Array gradient = plain.get("d " + name), start = plain.get(name);
        CHECK(difference(fused.get("d " + name), gradient) < 1e-5);
        for (int sample = 0; sample < 4; ++sample) {
            const std::size_t i = random() % start.values.size();
            const auto loss_at = [&](float value) {
                Array changed = start;
                changed.values[i] = value;
                moved.set(name, changed);
                return static_cast<double>(train(moved, 1, 0)[0]);
            };
            const double step = 1e-2,
                         slope =
                             (loss_at(start.values[i] + 1e-2F) - loss_at(start.values[i] - 1e-2F)) / 2 / step;
            CHECK(gradient.values[i] == doctest::Approx(slope).epsilon(1e-3).scale(0.1));
        }
        moved.set(name, start);
    }
}
