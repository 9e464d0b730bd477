#include "framework/passes/fuse.h"

#include <doctest/doctest.h>

#include "framework/graph/autodiff.h"
#include "framework/graph/layers.h"
#include "framework/passes/in_place.h"
#include "framework/plan/schedule.h"

using namespace framework;

namespace {

template <class Kind>
std::vector<const OpNode*> ops(const Graph& graph) {
    std::vector<const OpNode*> found;
    for (OpId id = 0; id < graph.op_count(); ++id) {
        if (std::holds_alternative<Kind>(graph.op(id).op)) found.push_back(&graph.op(id));
    }
    return found;
}

template <class Kind>
const Kind& only(const Graph& graph) {
    const auto found = ops<Kind>(graph);
    REQUIRE(found.size() == 1);
    return std::get<Kind>(found[0]->op);
}

struct Network {
    Graph graph;
    Tensor x;

    explicit Network(Mode mode = Mode::training) : graph(mode), x(input(graph, "x", {{4, 3, 8, 8}})) {}

    Network& train(Tensor y) {
        training_graph(cross_entropy(y | linear(10), input(graph, "labels", {{4}, DType::s32})));
        return *this;
    }
};

// The results in `over` of `graph` that are written over another tensor, by name.
std::vector<std::string> in_place(const Graph& graph) {
    std::vector<std::string> names;
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        const TensorNode& tensor = graph.tensor(id);
        if (tensor.over && tensor.role == Role::activation) {
            names.push_back(tensor.name + " over " + graph.tensor(*tensor.over).name);
        }
    }
    return names;
}

}  // namespace

TEST_CASE("fuse: a relu joins the convolution, linear layer or sum before it") {
    Network net;
    const Tensor a = net.x | conv(4, {.bias = true}) | relu, b = relu(a + a);
    const Graph fused = fuse(net.train(b | linear(5) | relu).graph);
    CHECK(ops<Eltwise>(fused).empty());
    CHECK(only<Conv2d>(fused).relu);
    CHECK(std::get<Linear>(ops<Linear>(fused)[0]->op).relu);
    CHECK_FALSE(std::get<Linear>(ops<Linear>(fused)[1]->op).relu);
    CHECK(std::get<Add>(ops<Add>(fused)[0]->op).relu);
    CHECK(ops<EltwiseBackward>(fused).size() == 3);  // each reads the result, which is there
}

TEST_CASE("fuse: a relu joins the batch norm before it, in the backward pass too") {
    Network net;
    const Tensor a = net.x | conv(4);
    const Graph fused = fuse(net.train(a | batch_norm | relu).graph);
    CHECK(ops<Eltwise>(fused).empty());
    CHECK(ops<EltwiseBackward>(fused).empty());
    CHECK(only<BatchNorm>(fused).relu);
    CHECK(only<BatchNormBackward>(fused).relu);
    const OpNode& backward = *ops<BatchNormBackward>(fused)[0];
    CHECK(fused.tensor(backward.inputs[1]).name == "linear1.dx.y");  // dy as it comes, unmasked
}

TEST_CASE(
    "fuse: of two functions after a batch norm, the relu's backward op goes and the other one's stays") {
    for (const EltwiseLayer& next : {at_least(0.1F), natural_log}) {
        Network net;
        const Graph fused = fuse(net.train(net.x | conv(4) | batch_norm | relu | next).graph);
        CHECK(only<BatchNormBackward>(fused).relu);
        CHECK(only<EltwiseBackward>(fused).forward == next.op);
    }
}

TEST_CASE("fuse: a batch norm without a relu stays as it is") {
    Network net;
    const Graph fused = fuse(net.train(net.x | conv(4) | batch_norm).graph);
    CHECK_FALSE(only<BatchNorm>(fused).relu);
    CHECK_FALSE(only<BatchNormBackward>(fused).relu);
}

TEST_CASE("fuse: a relu joins the batch norm of a graph for inference") {
    Network net(Mode::inference);
    net.graph.keep("y", (net.x | conv(4) | batch_norm | relu).id);
    const Graph fused = fuse(net.graph);
    CHECK(ops<Eltwise>(fused).empty());
    CHECK(only<BatchNormInference>(fused).relu);
    CHECK(fused.find("y") == ops<BatchNormInference>(fused)[0]->outputs[0]);
}

TEST_CASE("fuse: nothing joins where what lies between is read elsewhere") {
    Network net;
    const Tensor a = net.x | conv(4), b = a | relu, c = a | batch_norm, d = c | relu;
    const Graph fused = fuse(net.train(b + c + d).graph);
    CHECK(ops<Eltwise>(fused).size() == 2);
    CHECK_FALSE(only<Conv2d>(fused).relu);
    CHECK_FALSE(only<BatchNorm>(fused).relu);
    CHECK_FALSE(only<BatchNormBackward>(fused).relu);
}

TEST_CASE("fuse: nothing joins where what lies between is kept") {
    Network net;
    const Tensor a = net.x | conv(4), b = a | relu;
    net.graph.keep("before", a.id);
    net.graph.keep("after", b.id);
    const Graph fused = fuse(net.train(b).graph);
    CHECK(ops<Eltwise>(fused).size() == 1);
    CHECK_FALSE(only<Conv2d>(fused).relu);
    CHECK(fused.tensor(fused.find("before")).name == "conv1.y");
    CHECK(fused.tensor(fused.find("after")).name == "relu1.y");
}

TEST_CASE("fuse: a leaky relu, a sigmoid and a second relu stay") {
    Network net;
    const Graph fused = fuse(net.train(net.x | conv(4) | leaky_relu(0.1F) | conv(4) | sigmoid).graph);
    CHECK(ops<Eltwise>(fused).size() == 2);
    Network twice;
    CHECK(ops<Eltwise>(fuse(twice.train(twice.x | conv(4) | relu | relu).graph)).size() == 1);
}

TEST_CASE("fuse: a linear layer reads past a flatten, in the backward pass too") {
    Network net;
    const Tensor a = net.x | conv(4);
    const Graph fused = fuse(net.train(a | flatten).graph);
    const auto read = [&](const OpNode& op, std::size_t slot) { return fused.tensor(op.inputs[slot]).name; };
    CHECK(read(*ops<Linear>(fused)[0], 0) == "conv1.y");
    CHECK(read(*ops<LinearBackwardWeights>(fused)[0], 0) == "conv1.y");
    CHECK(only<LinearBackwardData>(fused).x == a.shape());
    CHECK(ops<Reshape>(fused).empty());
}

TEST_CASE("fuse: a linear layer does not read past a reshape that mixes images") {
    Network net;
    const Tensor mixed = apply(Reshape{{8, 128}}, {net.x | conv(4)}, "mix")[0] | linear(8);
    const Graph fused = fuse(net.train(apply(Reshape{{4, 16}}, {mixed}, "back")[0]).graph);
    CHECK(ops<Reshape>(fused).size() == 4);
}

TEST_CASE("fuse: a flatten that is read elsewhere or kept stays") {
    Network net;
    const Tensor flat = net.x | conv(4) | flatten;
    net.graph.keep("features", flat.id);
    const Graph fused = fuse(net.train(flat).graph);
    CHECK(fused.tensor(fused.find("features")).type.shape == Shape{4, 256});
}

TEST_CASE("fuse: names, kept tensors and updates in place are those of the graph it began with") {
    Network net;
    const Tensor a = net.x | conv(4) | batch_norm | relu;
    net.graph.keep("features", a.id);
    const Graph fused = fuse(net.train(a).graph);
    CHECK(fused.tensor(fused.find("features")).name == "batch_norm1.y");
    CHECK(fused.find("conv1.weight") >= 0);
    for (const OpNode* update : ops<Sgd>(fused)) {
        CHECK(fused.storage(update->outputs[0]) == update->inputs[0]);
        CHECK(fused.storage(update->outputs[1]) == update->inputs[2]);
    }
    CHECK(ops<Sgd>(fused).size() == ops<Sgd>(net.graph).size());
}

TEST_CASE("fuse: a fused graph is as it is when fused again") {
    Network net;
    const Graph once = fuse(net.train(net.x | conv(4) | batch_norm | relu | flatten).graph);
    const Graph twice = fuse(once);
    CHECK(once.op_count() == twice.op_count());
    CHECK(Schedule(once).peak_bytes() == Schedule(twice).peak_bytes());
}

TEST_CASE("reuse_in_place: a relu writes over what nobody reads later") {
    Network net(Mode::inference);
    const Tensor a = net.x | conv(4), b = a | batch_norm, c = b | relu, d = c | sigmoid;
    net.graph.keep("y", d.id);
    reuse_in_place(net.graph);
    CHECK(in_place(net.graph) ==
          std::vector<std::string>{"relu1.y over batch_norm1.y", "sigmoid1.y over relu1.y"});
}

TEST_CASE("reuse_in_place: a sum writes over the first operand that is free") {
    Network net;
    const Tensor a = net.x | conv(4), b = net.x | conv(4), c = a + b, d = net.x | conv(4), e = d + c,
                 f = d * e;
    net.graph.keep("y", f.id);
    reuse_in_place(net.graph);
    CHECK(in_place(net.graph) ==
          std::vector<std::string>{"add1.y over conv1.y", "add2.y over add1.y", "multiply1.y over conv3.y"});
}

TEST_CASE("reuse_in_place: what is read later, kept, or came from outside is not written over") {
    Network net;
    const Tensor a = net.x | relu, b = a | conv(4), c = b | relu, d = b | sigmoid, e = c | sigmoid;
    net.graph.keep("c", c.id);
    net.graph.keep("y", (d + e).id);
    reuse_in_place(net.graph);
    CHECK(in_place(net.graph) ==
          std::vector<std::string>{"sigmoid1.y over conv1.y", "add1.y over sigmoid1.y"});
}

TEST_CASE("reuse_in_place: what the backward pass reads is not written over, gradients are") {
    Network net;
    net.train(net.x | conv(4) | batch_norm | relu | dropout(0.5F));
    Graph fused = fuse(net.graph);
    reuse_in_place(fused);
    CHECK(in_place(fused) == std::vector<std::string>{"dropout1.y over batch_norm1.y",
                                                      "dropout1.dx.y over linear1.dx.y",
                                                      "batch_norm1.dx.y over dropout1.dx.y"});
}

TEST_CASE("reuse_in_place: tensors of one storage are never needed at the same time") {
    Network net;
    const Tensor a = net.x | conv(4) | batch_norm | relu, b = a | conv(4) | batch_norm;
    net.train(relu(b + a));
    Graph graph = fuse(net.graph);
    const Schedule before(graph);
    reuse_in_place(graph);
    const Schedule after(graph);
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        if (!graph.tensor(id).over || graph.tensor(id).role != Role::activation) continue;
        const LiveRange mine = before.storages()[before.storage_of(id)].live;
        const TensorId under = *graph.tensor(id).over;
        const LiveRange theirs = before.storages()[before.storage_of(under)].live;
        CHECK(theirs.last == mine.first + 1);  // the kernel that writes the one is the last to read the other
    }
    CHECK(after.peak_bytes() <= before.peak_bytes());
}
