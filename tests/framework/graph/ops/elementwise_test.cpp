// Ops whose result has the shape of what they read: sums, products, functions of one value, dropout, response
// normalization, updates.
#include <doctest/doctest.h>

#include "tests/framework/graph/ops/support.h"

using namespace framework;
using namespace support;
using Shapes = std::vector<Shape>;

TEST_CASE("add, multiply: both operands have one shape") {
    for (const Op& op : {Op{Add{}}, Op{Multiply{}}}) {
        CHECK(infer(op, {{2, 3, 4, 5}, {2, 3, 4, 5}}) == Shapes{{2, 3, 4, 5}});
        CHECK(refusal(op, {{2, 3, 4, 5}, {2, 3, 5, 4}}) ==
              "op1: (2, 3, 4, 5) and (2, 3, 5, 4) must have the same shape");
    }
}

TEST_CASE("eltwise: y has the shape of x, and a slope is not negative") {
    for (const Function function : {Function::relu, Function::sigmoid, Function::log, Function::at_least}) {
        CHECK(infer(Eltwise{function}, {{2, 3}}) == Shapes{{2, 3}});
    }
    CHECK(refusal(Eltwise{Function::relu, -0.5F}, {{2, 3}}) ==
          "op1: a slope of -0.5 makes the function fold back on itself; it must not be negative");
    CHECK(refusal(Eltwise{Function::at_least, -0.5F}, {{2, 3}}).empty());
}

TEST_CASE("dropout: the mask has a byte an element, and not everything is dropped") {
    const auto results = framework::infer(Dropout{}, types({{2, 3}}), "op1");
    CHECK(results[1].type == TensorType{{2, 3}, DType::u8});
    for (const float probability : {-0.1F, 1.0F}) {
        CHECK(refusal(Dropout{probability}, {{2, 3}}) ==
              text("op1: cannot drop with probability ", probability, "; it must be in [0, 1)"));
    }
}

TEST_CASE("lrn: the window has a centre, and x channels") {
    CHECK(infer(Lrn{}, {{2, 3, 4, 5}}) == Shapes{{2, 3, 4, 5}, {2, 3, 4, 5}});
    CHECK(refusal(Lrn{}, {{2, 3}}) == "op1: x (2, 3) must have four dimensions");
    CHECK(refusal(Lrn{.size = 4}, {{2, 3, 4, 5}}) ==
          "op1: a window of 4 channels has no centre; it must be odd");
}

TEST_CASE("sgd: w and the velocity are written in place") {
    const auto results = framework::infer(Sgd{.momentum = 0.9F}, types({{4, 3}, {4, 3}, {4, 3}}), "op1");
    CHECK(results[0].over == 0);
    CHECK(results[1].over == 2);
    CHECK(framework::infer(Sgd{}, types({{4, 3}, {4, 3}}), "op1").size() == 1);
    CHECK(refusal(Sgd{}, {{4, 3}, {3, 4}}) == "op1: the gradient (3, 4) is not shaped like w (4, 3)");
}
