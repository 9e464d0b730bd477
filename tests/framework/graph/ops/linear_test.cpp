#include "framework/graph/ops/linear.h"

#include <doctest/doctest.h>

#include "framework/graph/graph.h"
#include "framework/graph/layers.h"
#include "tests/framework/graph/ops/support.h"

using namespace framework;
using namespace support;
using Shapes = std::vector<Shape>;

TEST_CASE("linear: y has a row for every row of x, whatever x's dimensions") {
    CHECK(infer(Linear{}, {{2, 12}, {5, 12}}) == Shapes{{2, 5}});
    CHECK(infer(Linear{.bias = true}, {{2, 3, 2, 2}, {5, 12}, {5}}) == Shapes{{2, 5}});
}

TEST_CASE("linear: bad shapes are named") {
    CHECK(refusal(Linear{}, {{2, 3, 2, 2}, {5, 10}}) ==
          "op1: w (5, 10) reads 10 features a row, but x (2, 3, 2, 2) has 12");
    CHECK(refusal(Linear{}, {{2}, {5, 1}}) == "op1: x (2) must have at least two dimensions (N, ...)");
    CHECK(refusal(Linear{}, {{2, 12}, {5, 12, 1}}) == "op1: w (5, 12, 1) must have two dimensions (O, I)");
    CHECK(refusal(Linear{.bias = true}, {{2, 12}, {5, 12}, {12}}) ==
          "op1: the bias must have the shape (5) for w (5, 12)");
}

TEST_CASE("linear, flatten: the layers name what has no rows") {
    Graph graph;
    const Tensor x = input(graph, "x", {{5}});
    CHECK_THROWS_WITH_AS(x | linear(3), "linear1: x (5) must have at least two dimensions (N, ...)",
                         ShapeError);
    CHECK_THROWS_WITH_AS(x | flatten, "flatten1: x (5) must have at least two dimensions (N, ...)",
                         ShapeError);
    CHECK_THROWS_AS(input(graph, "y", {{5, 2}}) | linear(0), ShapeError);
}
