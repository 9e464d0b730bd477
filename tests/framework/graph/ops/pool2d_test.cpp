#include "framework/graph/ops/pool2d.h"

#include <doctest/doctest.h>

#include "tests/framework/graph/ops/support.h"

using namespace framework;
using namespace support;
using Shapes = std::vector<Shape>;

TEST_CASE(
    "pool2d: a maximum has indices of a byte for the backward pass, an average and inference have none") {
    const Pool2d stem{.kernel = 3, .window = {.stride = 2, .padding = 1}};
    CHECK(infer(stem, {{2, 4, 112, 112}}) == Shapes{{2, 4, 56, 56}, {2, 4, 56, 56}});
    CHECK(framework::infer(stem, types({{2, 4, 112, 112}}), "op1")[1].type.dtype == DType::u8);
    CHECK(infer(Pool2d{.window = {.stride = 2}, .training = false}, {{2, 4, 7, 6}}) == Shapes{{2, 4, 3, 3}});
    CHECK(infer(Pool2d{.rule = Pool2d::average, .window = {.stride = 2}}, {{2, 4, 7, 6}}) ==
          Shapes{{2, 4, 3, 3}});
}

TEST_CASE("pool2d: bad shapes are named") {
    CHECK(
        refusal(Pool2d{}, {{2, 4, 1, 6}}) ==
        "op1: a 2x2 window (stride=1x1 dilation=1x1 padding=0,0,0,0) is larger than x (2, 4, 1, 6) with its "
        "padding; use a larger image or more padding");
    CHECK(refusal(Pool2d{}, {{2, 4}}) == "op1: x (2, 4) must have four dimensions (N, C, H, W)");
    CHECK(refusal(Pool2d{.kernel = 0}, {{2, 4, 6, 6}}) ==
          "op1: a 0x0 window is empty; it must be at least 1x1");
    CHECK(refusal(Pool2d{.window = {.padding = 2}}, {{2, 4, 6, 6}}) ==
          "op1: stride=1x1 dilation=1x1 padding=2,2,2,2 puts whole 2x2 windows into the padding; pad less");
    CHECK(refusal(Pool2d{.kernel = 17}, {{2, 4, 32, 32}}) ==
          "op1: a 17x17 window has more elements than the byte that remembers the largest can tell apart");
}

TEST_CASE("adaptive_avg_pool2d: y has the size asked for") {
    CHECK(infer(AdaptiveAvgPool2d{{7, 3}}, {{2, 4, 9, 9}}) == Shapes{{2, 4, 7, 3}});
    CHECK(infer(AdaptiveAvgPool2d{1}, {{2, 4, 9, 9}}) == Shapes{{2, 4, 1, 1}});
}

TEST_CASE("adaptive_avg_pool2d: bad shapes are named") {
    const char* way_out = "; the result must be at least 1x1 and no larger than x";
    CHECK(refusal(AdaptiveAvgPool2d{7}, {{2, 4, 6, 9}}) ==
          std::string("op1: cannot average x (2, 4, 6, 9) down to 7x7") + way_out);
    CHECK(refusal(AdaptiveAvgPool2d{0}, {{2, 4, 6, 9}}) ==
          std::string("op1: cannot average x (2, 4, 6, 9) down to 0x0") + way_out);
    CHECK(refusal(AdaptiveAvgPool2d{1}, {{2, 4}}) ==
          std::string("op1: cannot average x (2, 4) down to 1x1") + way_out);
}
