#include "framework/graph/ops/conv2d.h"

#include <doctest/doctest.h>

#include "tests/framework/graph/ops/support.h"

using namespace framework;
using namespace support;
using Shapes = std::vector<Shape>;

TEST_CASE("conv2d: y has the size that stride, padding and dilation leave") {
    CHECK(infer(Conv2d{}, {{2, 3, 7, 9}, {4, 3, 3, 3}}) == Shapes{{2, 4, 5, 7}});
    CHECK(infer(Conv2d{.window = {.padding = 1}}, {{2, 3, 7, 9}, {4, 3, 3, 3}}) == Shapes{{2, 4, 7, 9}});
    CHECK(infer(Conv2d{.window = {.stride = 2, .padding = 3}}, {{1, 3, 224, 224}, {64, 3, 7, 7}}) ==
          Shapes{{1, 64, 112, 112}});
    CHECK(infer(Conv2d{.window = {.stride = {1, 2}}}, {{2, 3, 7, 9}, {4, 3, 1, 7}}) == Shapes{{2, 4, 7, 2}});
    CHECK(infer(Conv2d{.window = {.padding = {0, 1, 2, 3}}}, {{2, 3, 7, 9}, {4, 3, 3, 3}}) ==
          Shapes{{2, 4, 7, 11}});
    CHECK(infer(Conv2d{.window = {.dilation = 2}}, {{2, 3, 7, 9}, {4, 3, 3, 3}}) == Shapes{{2, 4, 3, 5}});
    CHECK(infer(Conv2d{.window = {.stride = 5}}, {{2, 3, 7, 9}, {4, 3, 3, 3}}) == Shapes{{2, 4, 1, 2}});
    CHECK(infer(Conv2d{.groups = 3}, {{2, 6, 7, 9}, {9, 2, 1, 1}}) == Shapes{{2, 9, 7, 9}});
    CHECK(infer(Conv2d{.bias = true}, {{2, 3, 1, 1}, {4, 3, 1, 1}, {4}}) == Shapes{{2, 4, 1, 1}});
}

TEST_CASE("conv2d: bad shapes are named") {
    CHECK(refusal(Conv2d{}, {{2, 5, 7, 9}, {4, 3, 3, 3}}) ==
          "op1: w (4, 3, 3, 3) reads 3 channels, but x (2, 5, 7, 9) has 5");
    CHECK(refusal(Conv2d{}, {{2, 5}, {4, 3, 3, 3}}) ==
          "op1: x (2, 5) and w (4, 3, 3, 3) must both have four dimensions");
    CHECK(refusal(Conv2d{.groups = 2}, {{2, 3, 7, 9}, {4, 3, 3, 3}}) ==
          "op1: 2 groups do not divide the 3 channels of x (2, 3, 7, 9) and the 4 of w (4, 3, 3, 3)");
    CHECK(refusal(Conv2d{.groups = 0}, {{2, 3, 7, 9}, {4, 3, 3, 3}}).find("op1: 0 groups") == 0);
    CHECK(refusal(Conv2d{.bias = true}, {{2, 3, 7, 9}, {4, 3, 3, 3}, {3}}) ==
          "op1: the bias must have the shape (4) for w (4, 3, 3, 3)");
    CHECK(
        refusal(Conv2d{}, {{2, 3, 2, 9}, {4, 3, 3, 3}}) ==
        "op1: a 3x3 window (stride=1x1 dilation=1x1 padding=0,0,0,0) is larger than x (2, 3, 2, 9) with its "
        "padding; use a larger image or more padding");
    CHECK(refusal(Conv2d{.window = {.stride = 0}}, {{2, 3, 7, 9}, {4, 3, 3, 3}}) ==
          "op1: stride=0x0 dilation=1x1 padding=0,0,0,0: stride and dilation must be at least 1");
    CHECK(refusal(Conv2d{.window = {.padding = -1}}, {{2, 3, 7, 9}, {4, 3, 3, 3}}) ==
          "op1: stride=1x1 dilation=1x1 padding=-1,-1,-1,-1: padding must not be negative");
}

TEST_CASE("conv2d: multiply-adds count every weight for every element it makes") {
    const Types in = types({{2, 6, 8, 8}, {4, 3, 3, 3}}), out = types({{2, 4, 6, 6}});
    CHECK(multiply_adds(Conv2d{.groups = 2}, in, out) == 2LL * 4 * 6 * 6 * 3 * 3 * 3);
}
