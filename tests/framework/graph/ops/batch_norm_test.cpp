#include "framework/graph/ops/batch_norm.h"

#include <doctest/doctest.h>

#include "framework/graph/graph.h"
#include "framework/graph/layers.h"
#include "tests/framework/graph/ops/support.h"

using namespace framework;
using namespace support;
using Shapes = std::vector<Shape>;

TEST_CASE("batch_norm: statistics have an element a channel, the running ones in place") {
    const auto results = framework::infer(BatchNorm{}, types({{2, 4, 3, 3}, {4}, {4}, {4}, {4}}), "op1");
    CHECK(results.size() == 5);
    CHECK(results[0].type.shape == Shape{2, 4, 3, 3});
    for (std::size_t i = 1; i < results.size(); ++i) CHECK(results[i].type.shape == Shape{4});
    CHECK(results[3].over == 3);
    CHECK(results[4].over == 4);
}

TEST_CASE("batch_norm: rows of features are normed too") {
    CHECK(infer(BatchNormInference{}, {{2, 4}, {4}, {4}, {4}, {4}}) == Shapes{{2, 4}});
    CHECK(infer(BatchNorm{}, {{2, 4}, {4}, {4}, {4}, {4}})[0] == Shape{2, 4});
}

TEST_CASE("batch_norm: bad shapes are named") {
    for (const Op& op : {Op{BatchNorm{}}, Op{BatchNormInference{}}}) {
        CHECK(refusal(op, {{2, 4, 3, 3}, {4}, {5}, {4}, {4}}) ==
              "op1: operand 2 has the shape (5), but x (2, 4, 3, 3) has 4 channels");
        CHECK(refusal(op, {{2}, {1}, {1}, {1}, {1}}) ==
              "op1: x (2) must have at least two dimensions (N, ...)");
    }
    CHECK(refusal(BatchNorm{}, {{1, 4, 1, 1}, {4}, {4}, {4}, {4}}) ==
          "op1: x (1, 4, 1, 1) has one value a channel, and one value has no variance; use a larger batch or "
          "image");
    CHECK(refusal(BatchNormInference{}, {{1, 4, 1, 1}, {4}, {4}, {4}, {4}}).empty());
    Graph graph;
    CHECK_THROWS_WITH_AS(input(graph, "x", {{2}}) | batch_norm,
                         "batch_norm1: x (2) must have at least two dimensions (N, ...)", ShapeError);
}
