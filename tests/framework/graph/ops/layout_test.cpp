// Ops that move elements without changing them: concat, slice, reshape.
#include <doctest/doctest.h>

#include "tests/framework/graph/ops/support.h"

using namespace framework;
using namespace support;
using Shapes = std::vector<Shape>;

TEST_CASE("concat: channels add up") {
    CHECK(infer(Concat{}, {{2, 3, 4, 5}, {2, 1, 4, 5}, {2, 7, 4, 5}}) == Shapes{{2, 11, 4, 5}});
    CHECK(infer(Concat{}, {{2, 3}, {2, 4}}) == Shapes{{2, 7}});
}

TEST_CASE("concat: bad shapes are named") {
    CHECK(refusal(Concat{}, {{2, 3, 4, 5}, {2, 3, 4, 6}}) ==
          "op1: (2, 3, 4, 5) and (2, 3, 4, 6) may differ in their channels alone");
    CHECK(refusal(Concat{}, {{2, 3, 4, 5}, {2, 3}}) ==
          "op1: (2, 3, 4, 5) and (2, 3) may differ in their channels alone");
    CHECK(refusal(Concat{}, {{3}, {3}}) == "op1: (3) and (3) may differ in their channels alone");
    CHECK(refusal(Concat{}, Types{}) == "op1: there is nothing to put side by side");
}

TEST_CASE("slice: channels [begin, end) of x, and zero elsewhere in its gradient") {
    CHECK(infer(Slice{1, 3}, {{2, 5, 4, 4}}) == Shapes{{2, 2, 4, 4}});
    CHECK(infer(SliceBackward{{1, 3}, {2, 5, 4, 4}}, {{2, 2, 4, 4}}) == Shapes{{2, 5, 4, 4}});
    CHECK(refusal(Slice{1, 6}, {{2, 5, 4, 4}}) == "op1: channels [1, 6) are not in x (2, 5, 4, 4)");
    CHECK(refusal(Slice{3, 3}, {{2, 5, 4, 4}}) == "op1: channels [3, 3) are not in x (2, 5, 4, 4)");
    CHECK(refusal(Slice{-1, 3}, {{2, 5, 4, 4}}) == "op1: channels [-1, 3) are not in x (2, 5, 4, 4)");
    CHECK(refusal(Slice{0, 1}, {{2}}) == "op1: channels [0, 1) are not in x (2)");
}

TEST_CASE("reshape: the elements stay as many") {
    CHECK(infer(Reshape{{2, 12}}, {{2, 3, 2, 2}}) == Shapes{{2, 12}});
    CHECK(refusal(Reshape{{2, 10}}, {{2, 3, 2, 2}}) == "op1: (2, 3, 2, 2) has 24 elements, (2, 10) has 20");
}
