#include "framework/graph/shape.h"

#include <doctest/doctest.h>

#include "framework/base/error.h"

using namespace framework;

TEST_CASE("shape: extents have the names of networks, and products") {
    const Shape shape{2, 3, 4, 5};
    CHECK(shape.rank() == 4);
    CHECK(shape.batch() == 2);
    CHECK(shape.channels() == 3);
    CHECK(shape.height() == 4);
    CHECK(shape.width() == 5);
    CHECK(shape.elements() == 120);
    CHECK(shape.elements_from(1) == 60);
    CHECK(shape.with(1, 7) == Shape{2, 7, 4, 5});
    CHECK(to_string(shape) == "(2, 3, 4, 5)");
}

TEST_CASE("shape: no extent is below 1, five are the most, and so are 1e13 elements") {
    CHECK_THROWS_WITH_AS((Shape{2, 0, 4}),
                         "shape (2, 0, 4) has an extent below 1; every extent must be positive", ShapeError);
    CHECK_THROWS_AS((Shape{2, -1}), ShapeError);
    CHECK_THROWS_AS((Shape{2, 3}.with(1, 0)), ShapeError);
    CHECK(Shape{1'000'000, 1000, 100, 100}.elements() == 10'000'000'000'000);
    CHECK_THROWS_WITH_AS((Shape{10'000'000'000'000, 2}),
                         "shape (10000000000000, 2) has more than 1e13 elements; use a smaller batch or a "
                         "smaller image",
                         ShapeError);
    CHECK_THROWS_AS((Shape{INT64_MAX, INT64_MAX, INT64_MAX}), ShapeError);
    CHECK_THROWS_AS((Shape{1'000'000, 3}.with(1, 10'000'001)), ShapeError);
    CHECK_THROWS_WITH_AS((Shape{1, 1, 1, 1, 1, 1}), "a shape has at most 5 dimensions, not 6", ShapeError);
}

TEST_CASE("shape: a tensor's bytes follow its type") {
    CHECK(TensorType{{2, 3}}.bytes() == 24);
    CHECK(TensorType{{2, 3}, DType::s32}.bytes() == 24);
    CHECK(TensorType{{2, 3}, DType::u8}.bytes() == 6);
    CHECK(TensorType{{6144, 64, 147, 147}}.bytes() == 6144LL * 64 * 147 * 147 * 4);
}
