#include "framework/graph/summary.h"

#include <sstream>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/autodiff.h"
#include "framework/graph/layers.h"
#include "framework/passes/fuse.h"
#include "framework/passes/in_place.h"

using namespace framework;

namespace {

struct Small {
    Graph graph;

    Small() {
        const Tensor x = input(graph, "x", {{2, 3, 4, 4}}),
                     labels = input(graph, "labels", {{2}, DType::s32});
        const Tensor logits =
            x | conv(8, {.kernel = 3, .padding = 1, .bias = true}) | relu | max_pool() | linear(10);
        const Tensor loss = cross_entropy(logits, labels);
        graph.keep("loss", loss.id);
        training_graph(loss, {.momentum = 0});
    }
};

std::string drawn(const Graph& graph) {
    std::ostringstream out;
    write_graphviz(out, graph);
    return out.str();
}

}  // namespace

TEST_CASE("summary: the layers up to the loss, their parameters, multiply-adds and bytes") {
    CHECK(text(summarize(Small().graph)) ==
          "layer           kind           output        parameters  multiply-adds     bytes\n"
          "conv1           conv2d         (2, 8, 4, 4)         224          6,912  1.00 KiB\n"
          "relu1           eltwise        (2, 8, 4, 4)           0              0  1.00 KiB\n"
          "max_pool1       pool2d         (2, 8, 2, 2)           0              0     320 B\n"
          "linear1         linear         (2, 10)              330            640      80 B\n"
          "cross_entropy1  cross_entropy  (1)                    0              0      84 B\n"
          "total                                               554          7,552  2.47 KiB\n");
}

TEST_CASE("summary: a parameter of two layers counts once") {
    Graph graph;
    const Tensor x = input(graph, "x", {{2, 10}}), y = x | linear(10, false);
    apply(Linear{}, {y, {&graph, graph.find("linear1.weight")}}, "tied");
    CHECK(summarize(graph).total.parameters == 100);
    CHECK(summarize(graph).layers[1].parameters == 0);
}

TEST_CASE("summary: a graph prints an op a line, with what is fused and what is written in place") {
    Graph graph;
    const Tensor x = input(graph, "x", {{2, 3, 4, 4}});
    const Tensor y = x | conv(8) | relu | dropout(0.5F);
    graph.keep("y", y.id);
    Graph fused = fuse(graph);
    reuse_in_place(fused);
    CHECK(text(fused) ==
          "x (2, 3, 4, 4) = input()\n"
          "conv1.weight (8, 3, 1, 1) = parameter()\n"
          "conv1.y (2, 8, 4, 4) = conv2d(x, conv1.weight) stride=1x1 dilation=1x1 padding=0,0,0,0 groups=1 "
          "relu\n"
          "dropout1.y (2, 8, 4, 4) over conv1.y, dropout1.mask (2, 8, 4, 4) u8 = dropout(conv1.y) "
          "probability=0.5\n"
          "y is dropout1.y\n");
}

TEST_CASE("summary: a drawing has a vertex for every op and an edge for every operand") {
    Graph graph = Small().graph;
    reuse_in_place(graph);
    const std::string drawing = drawn(graph);
    std::istringstream lines(drawing);
    int vertices = 0, edges = 0, operands = 0;
    for (std::string line; std::getline(lines, line);) {
        edges += line.find(" -> ") != std::string::npos;
        vertices += line.rfind("  op", 0) == 0 && line.find(" -> ") == std::string::npos;
    }
    for (OpId id = 0; id < graph.op_count(); ++id) operands += static_cast<int>(graph.op(id).inputs.size());
    CHECK(vertices == graph.op_count());
    CHECK(edges == operands);
    CHECK(drawing.rfind("digraph {\n", 0) == 0);
    CHECK(drawing.substr(drawing.size() - 2) == "}\n");
    CHECK(drawing.find("style=dashed") != std::string::npos);
}

TEST_CASE("summary: a drawing is valid whatever the names") {
    Graph graph;
    graph.add(Input{{{1}}}, {}, "say \"x\\y\"");
    CHECK(drawn(graph).find("\"say \\\"x\\\\y\\\"\ninput \"") != std::string::npos);
}
