#include "framework/graph/graph.h"

#include <cmath>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/layers.h"

using namespace framework;

namespace {

Tensor images(Graph& graph) {
    return input(graph, "images", {{2, 3, 8, 8}});
}

}  // namespace

TEST_CASE("graph: ops are named by kind and count, in the scope they stand in") {
    Graph graph;
    Tensor x = images(graph) | conv(4) | relu | conv(4);
    CHECK(x.name() == "conv2.y");
    {
        const Graph::Scope stage(graph, "stage1");
        x = x | conv(4);
        CHECK(x.name() == "stage1.conv1.y");
        {
            const Graph::Scope block(graph, "block2");
            x = x | conv(4, {.bias = true});
            CHECK(x.name() == "stage1.block2.conv1.y");
        }
        x = x | relu;
        CHECK(x.name() == "stage1.relu1.y");
    }
    x = x | conv(4);
    CHECK(x.name() == "conv3.y");
    CHECK(graph.find("stage1.block2.conv1.weight") >= 0);
    CHECK(graph.find("stage1.block2.conv1.bias") >= 0);
    CHECK(graph.find("stage1.conv1.bias") == -1);
}

TEST_CASE("graph: a scope that is entered again goes on counting") {
    Graph graph;
    Tensor x = images(graph);
    for (const char* expected : {"block.relu1.y", "block.relu2.y"}) {
        const Graph::Scope scope(graph, "block");
        x = x | relu;
        CHECK(x.name() == expected);
    }
}

TEST_CASE("graph: readers are ops in the order they were added, each once") {
    Graph graph;
    const Tensor x = images(graph);
    const Tensor squared = x * x, sum = x + squared, again = squared | relu;
    const auto producer = [&](Tensor t) { return graph.tensor(t.id).producer; };
    CHECK(graph.readers(x.id) == std::vector{producer(squared), producer(sum)});
    CHECK(graph.readers(squared.id) == std::vector{producer(sum), producer(again)});
    CHECK(graph.readers(again.id).empty());
}

TEST_CASE("graph: readers of one result are not those of its sibling") {
    Graph graph;
    const Tensor x = images(graph) | max_pool();
    const OpNode pool = graph.op(graph.tensor(x.id).producer);
    x | relu;
    CHECK(pool.outputs.size() == 2);
    CHECK(graph.readers(pool.outputs[0]).size() == 1);
    CHECK(graph.readers(pool.outputs[1]).empty());
}

TEST_CASE("graph: tensors written one over another have the storage of the first") {
    Graph graph;
    const Tensor x = images(graph) | conv(4), y = x | relu, z = y | relu, other = z | relu;
    graph.set_in_place(y.id, x.id);
    graph.set_in_place(z.id, y.id);
    CHECK(graph.storage(x.id) == x.id);
    CHECK(graph.storage(y.id) == x.id);
    CHECK(graph.storage(z.id) == x.id);
    CHECK(graph.storage(other.id) == other.id);
}

TEST_CASE("graph: the order is the one of creation") {
    Graph graph;
    const Tensor a = images(graph), b = input(graph, "b", {{2, 3, 8, 8}});
    (b | relu) + (a | relu) + b;
    std::vector<OpId> created(static_cast<std::size_t>(graph.op_count()));
    for (std::size_t i = 0; i < created.size(); ++i) created[i] = static_cast<OpId>(i);
    CHECK(graph.order() == created);
}

TEST_CASE("graph: kept tensors and sources are found by name, results are not") {
    Graph graph;
    const Tensor x = images(graph), y = x | relu;
    CHECK(graph.find("images") == x.id);
    CHECK(graph.find("relu1.y") == -1);
    graph.keep("features", y.id);
    CHECK(graph.find("features") == y.id);
    CHECK(graph.is_kept(y.id));
    CHECK_FALSE(graph.is_kept(x.id));
}

TEST_CASE("graph: a scratchpad is a result nobody reads") {
    Graph graph;
    const Tensor x = images(graph) | conv(4);
    const OpId op = graph.tensor(x.id).producer;
    graph.add_scratch(op, 1000);
    const TensorNode& scratch = graph.tensor(graph.op(op).outputs.back());
    CHECK(scratch.name == "conv1.scratch");
    CHECK(scratch.role == Role::scratch);
    CHECK(scratch.bytes == 1000);
    CHECK(graph.readers(graph.op(op).outputs.back()).empty());
}

TEST_CASE("graph: operands must be tensors, and of one graph") {
    Graph one, two;
    const Tensor a = images(one), b = images(two);
    CHECK_THROWS_WITH_AS(a + b, "add1: its operands belong to two graphs", ShapeError);
    CHECK_THROWS_WITH_AS(a + Tensor{}, "add2: operand 1 is no tensor", ShapeError);
    CHECK_THROWS_WITH_AS(Tensor{} | relu,
                         "relu: its operand is no tensor; a layer of the model returned none", ShapeError);
}

TEST_CASE("graph: parameters start as their layer says") {
    Graph graph;
    images(graph) | conv(8, {.kernel = 3, .bias = true}) | batch_norm | linear(10);
    const auto parameter = [&](const char* name) {
        return std::get<Parameter>(graph.op(graph.tensor(graph.find(name)).producer).op);
    };
    const auto state = [&](const char* name) {
        return std::get<State>(graph.op(graph.tensor(graph.find(name)).producer).op);
    };
    CHECK(parameter("conv1.weight").start.kind == Initializer::normal);
    CHECK(parameter("conv1.weight").start.value == doctest::Approx(std::sqrt(2.0 / (8 * 3 * 3))));
    CHECK(parameter("conv1.weight").decays);
    CHECK(parameter("conv1.bias").start == Initializer{Initializer::constant, 0});
    CHECK_FALSE(parameter("conv1.bias").decays);
    CHECK(parameter("batch_norm1.weight").start == Initializer{Initializer::constant, 1});
    CHECK_FALSE(parameter("batch_norm1.weight").decays);
    CHECK(parameter("batch_norm1.bias").start == Initializer{Initializer::constant, 0});
    CHECK(state("batch_norm1.running_mean").start == 0);
    CHECK(state("batch_norm1.running_var").start == 1);
    CHECK(parameter("linear1.weight").start.kind == Initializer::uniform);
    CHECK(parameter("linear1.weight").start.value == doctest::Approx(1 / std::sqrt(8.0 * 6 * 6)));
    CHECK_FALSE(parameter("linear1.bias").decays);
}

TEST_CASE("graph: the fan of a grouped convolution is that of one group") {
    Graph graph;
    input(graph, "x", {{2, 8, 8, 8}}) | conv(16, {.kernel = 3, .groups = 4});
    const auto& weight = std::get<Parameter>(graph.op(graph.tensor(graph.find("conv1.weight")).producer).op);
    CHECK(weight.shape == Shape{16, 2, 3, 3});
    CHECK(weight.start.value == doctest::Approx(std::sqrt(2.0 / (4 * 3 * 3))));
}
