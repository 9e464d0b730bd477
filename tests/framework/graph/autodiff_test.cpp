#include "framework/graph/autodiff.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/layers.h"
#include "framework/plan/schedule.h"

using namespace framework;

namespace {

// A network, its loss, and what its backward pass reads of it.
struct Trained {
    Graph graph;
    Tensor x = input(graph, "x", {{4, 3, 8, 8}});
    Tensor labels = input(graph, "labels", {{4}, DType::s32});
    Tensor loss = {};

    void train(Tensor logits, const SgdOptions& options = {}) {
        loss = cross_entropy(logits, labels);
        training_graph(loss, options);
    }
    OpId last_forward() const { return graph.tensor(loss.id).producer; }
    bool stays_alive(Tensor t) const {
        const std::vector<OpId> readers = graph.readers(t.id);
        return !readers.empty() && readers.back() > last_forward();
    }
    bool stays_alive(Tensor t, std::size_t result) const {  // another result of t's op
        return stays_alive({t.graph, graph.op(graph.tensor(t.id).producer).outputs[result]});
    }
    OpId op(const std::string& name) const {
        for (OpId id = 0; id < graph.op_count(); ++id) {
            if (graph.op(id).name == name) return id;
        }
        return -1;
    }
};

template <class Kind>
int count(const Graph& graph) {
    int found = 0;
    for (OpId id = 0; id < graph.op_count(); ++id) found += std::holds_alternative<Kind>(graph.op(id).op);
    return found;
}

}  // namespace

TEST_CASE("autodiff: of relu and sigmoid the result stays alive, not what they read") {
    Trained net;
    const Tensor a = net.x | conv(4), b = a | relu, c = b | sigmoid;
    net.train(c | linear(10));
    CHECK_FALSE(net.stays_alive(a));
    CHECK(net.stays_alive(b));
    CHECK(net.stays_alive(c));
}

TEST_CASE("autodiff: of a logarithm and a lower bound what they read stays alive, not the result") {
    Trained net;
    const Tensor a = net.x | linear(10), b = a | at_least(1e-7F), c = b | natural_log;
    net.train(c);
    CHECK(net.stays_alive(a));
    CHECK(net.stays_alive(b));
    CHECK_FALSE(net.stays_alive(c));
}

TEST_CASE("autodiff: a convolution keeps what it reads, a batch norm too, a sum and a concat nothing") {
    Trained net;
    const Tensor a = net.x | conv(4), b = a | batch_norm, c = net.x | conv(4), d = b + c;
    const Tensor e = concat({d, b}), f = e | conv(2, {.kernel = 3});
    net.train(f | linear(10));
    CHECK(net.stays_alive(net.x));
    CHECK(net.stays_alive(a));        // read by the batch norm
    CHECK_FALSE(net.stays_alive(b));  // read by the sum and the concat
    CHECK_FALSE(net.stays_alive(c));
    CHECK_FALSE(net.stays_alive(d));
    CHECK(net.stays_alive(e));  // read by the convolution
}

TEST_CASE("autodiff: of a max pool the indices stay alive, of a dropout the mask, of an average nothing") {
    Trained net;
    const Tensor a = net.x | conv(4), b = a | max_pool(), c = b | avg_pool(), d = c | dropout(0.5F);
    net.train(d | global_avg_pool | linear(10));
    CHECK_FALSE(net.stays_alive(a));
    CHECK_FALSE(net.stays_alive(b));
    CHECK(net.stays_alive(b, 1));
    CHECK_FALSE(net.stays_alive(c));
    CHECK_FALSE(net.stays_alive(d));
    CHECK(net.stays_alive(d, 1));
}

TEST_CASE("autodiff: of a cross entropy the probabilities stay alive, not the logits") {
    Trained net;
    const Tensor logits = net.x | linear(10);
    net.train(logits);
    CHECK_FALSE(net.stays_alive(logits));
    CHECK(net.stays_alive(net.loss, 1));
}

TEST_CASE("autodiff: nothing flows to the images, nor past the first parameter") {
    Trained net;
    net.train(net.x | relu | max_pool() | conv(4) | linear(10));
    CHECK(count<Conv2dBackwardData>(net.graph) == 0);
    CHECK(count<Pool2dBackward>(net.graph) == 0);
    CHECK(count<EltwiseBackward>(net.graph) == 0);
    CHECK(count<Conv2dBackwardWeights>(net.graph) == 1);
}

TEST_CASE("autodiff: a tensor that two ops read gets the sum of their gradients") {
    Trained net;
    const Tensor a = net.x | conv(4);
    const int forward_adds = 1;
    net.train((relu(a) + sigmoid(a)) | linear(10));
    CHECK(count<Add>(net.graph) == forward_adds + 1);
}

TEST_CASE("autodiff: gradients have the shapes of what they are the gradients of") {
    Trained net;
    const Tensor logits = net.x | conv(4, {.kernel = 3, .stride = 2, .padding = 1, .bias = true}) |
                          batch_norm | relu | max_pool() | slice(1, 4) | local_response_norm() | linear(10);
    net.loss = cross_entropy(logits, net.labels);
    const int forward = net.graph.tensor_count();
    const Tensors gradients = add_backward(net.loss);
    int found = 0;
    for (TensorId id = 0; id < forward; ++id) {
        const Tensor gradient = gradients[id];
        if (!gradient) continue;
        CHECK(gradient.shape() == net.graph.tensor(id).type.shape);
        ++found;
    }
    CHECK(found == 14);  // 6 parameters, 7 results on the way and the loss
}

TEST_CASE("autodiff: a parameter is updated as soon as its gradient is complete, once all have read it") {
    Trained net;
    net.train(net.x | conv(4) | relu | conv(4) | linear(10));
    CHECK(count<Sgd>(net.graph) == 4);
    CHECK(net.op("conv2.dw") < net.op("conv2.weight.update"));
    CHECK(net.op("conv2.dx") < net.op("conv2.weight.update"));
    CHECK(net.op("conv2.weight.update") < net.op("conv1.dw"));
    const TensorId gradient = net.graph.op(net.op("conv2.dw")).outputs[0];
    CHECK(net.graph.readers(gradient) == std::vector{net.op("conv2.weight.update")});
}

TEST_CASE("autodiff: a parameter of several layers is updated once, with the sum of their gradients") {
    Trained net;
    const Tensor a = net.x | linear(10), weight{&net.graph, net.graph.find("linear1.weight")};
    const Tensor off_the_path = apply(Linear{}, {net.x, weight}, "unused")[0];
    net.train(apply(Linear{}, {net.x, weight}, "tied")[0] + a);
    CHECK_FALSE(net.stays_alive(off_the_path));
    CHECK(count<Sgd>(net.graph) == 2);  // the weight and the bias
    CHECK(count<LinearBackwardWeights>(net.graph) == 2);
    const OpNode& update = net.graph.op(net.op("linear1.weight.update"));
    CHECK(std::holds_alternative<Add>(net.graph.op(net.graph.tensor(update.inputs[1]).producer).op));
}

TEST_CASE("autodiff: a parameter is updated though the first that reads it is off the path to the loss") {
    Trained net;
    net.x | linear(10, false);
    const Tensor weight{&net.graph, net.graph.find("linear1.weight")};
    net.train(apply(Linear{}, {net.x, weight}, "tied")[0]);
    CHECK(count<Sgd>(net.graph) == 1);
}

TEST_CASE("autodiff: a parameter off the path to the loss is not updated") {
    Trained net;
    net.x | linear(10);
    net.train(net.x | linear(10, false));
    CHECK(count<Sgd>(net.graph) == 1);
}

TEST_CASE("autodiff: an update writes over the parameter and its momentum") {
    Trained net;
    net.train(net.x | linear(10, false), {.momentum = 0.9F, .nesterov = true, .weight_decay = 0.5F});
    const OpNode& update = net.graph.op(net.op("linear1.weight.update"));
    CHECK(std::get<Sgd>(update.op) == Sgd{.momentum = 0.9F, .nesterov = true, .weight_decay = 0.5F});
    CHECK(net.graph.storage(update.outputs[0]) == net.graph.find("linear1.weight"));
    CHECK(net.graph.storage(update.outputs[1]) == net.graph.find("linear1.weight.momentum"));
}

TEST_CASE("autodiff: without momentum there is no state for it") {
    Trained net;
    net.train(net.x | linear(10), {.momentum = 0});
    CHECK(count<State>(net.graph) == 0);
}

TEST_CASE("autodiff: weights decay, biases and norms only where asked") {
    const auto decay = [](bool decay_all, const char* parameter) {
        Trained net;
        net.train(net.x | conv(4, {.bias = true}) | batch_norm | linear(10),
                  {.weight_decay = 0.5F, .decay_all = decay_all});
        return std::get<Sgd>(net.graph.op(net.op(std::string(parameter) + ".update")).op).weight_decay;
    };
    for (const char* weight : {"conv1.weight", "linear1.weight"}) CHECK(decay(false, weight) == 0.5F);
    for (const char* other : {"conv1.bias", "batch_norm1.weight", "batch_norm1.bias", "linear1.bias"}) {
        CHECK(decay(false, other) == 0);
        CHECK(decay(true, other) == 0.5F);
    }
}

TEST_CASE("autodiff: the gradient is taken of a single value, with a momentum that settles") {
    Trained net;
    const Tensor logits = net.x | linear(10);
    CHECK_THROWS_WITH_AS(training_graph(logits),
                         "linear1.y (4, 10) is no loss: the gradient is taken of a single value", ShapeError);
    const Tensor loss = cross_entropy(logits, net.labels);
    CHECK_THROWS_WITH_AS(training_graph(loss, {.momentum = 1}),
                         "a momentum of 1 never settles; it must be in [0, 1)", ShapeError);
}

TEST_CASE("autodiff: an op without a gradient says so") {
    Trained net;
    const Tensor a = net.x | linear(10);
    const Tensor reordered = apply(Reorder{}, {a}, "reorder1")[0];
    CHECK_THROWS_WITH_AS(net.train(reordered),
                         "reorder1: reorder has no gradient; take it off the path to the loss", ShapeError);
}
