// Ops on rows of classes: softmax and the losses.
#include <doctest/doctest.h>

#include "tests/framework/graph/ops/support.h"

using namespace framework;
using namespace support;
using Shapes = std::vector<Shape>;

namespace {

Types scored(Shape scores, Shape labels, DType type = DType::s32) {
    return {{scores}, {labels, type}};
}

}  // namespace

TEST_CASE("softmax: rows of classes") {
    CHECK(infer(Softmax{}, {{2, 10}}) == Shapes{{2, 10}});
    CHECK(refusal(Softmax{}, {{2, 10, 1, 1}}) ==
          "op1: x (2, 10, 1, 1) must have two dimensions (N, C); flatten it first");
}

TEST_CASE("cross_entropy: one loss, and the probabilities") {
    const auto results = framework::infer(CrossEntropy{}, scored({2, 10}, {2}), "op1");
    CHECK(results[0].type == TensorType{{1}});
    CHECK(results[1].type == TensorType{{2, 10}});
    CHECK(framework::infer(NegativeLogLikelihood{}, scored({2, 10}, {2}), "op1").size() == 1);
}

TEST_CASE("cross_entropy, negative_log_likelihood: bad shapes are named") {
    for (const Op& op : {Op{CrossEntropy{}}, Op{NegativeLogLikelihood{}}}) {
        const std::string wanted = "op1: wants rows of classes (N, C) and N labels as indices, not ";
        CHECK(refusal(op, scored({2, 10}, {3})) == wanted + "(2, 10) and (3)");
        CHECK(refusal(op, scored({2, 10}, {2, 10})) == wanted + "(2, 10) and (2, 10)");
        CHECK(refusal(op, scored({2, 10, 1, 1}, {2})) == wanted + "(2, 10, 1, 1) and (2)");
        CHECK(refusal(op, scored({2, 10}, {2}, DType::f32)) == wanted + "(2, 10) and (2)");
    }
    CHECK(refusal(CrossEntropy{1}, scored({2, 10}, {2})) ==
          "op1: cannot smooth labels by 1; it must be in [0, 1)");
}
