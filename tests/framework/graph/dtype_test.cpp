#include "framework/graph/dtype.h"

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/op.h"

using namespace framework;

TEST_CASE("dtype: sums are kept in a type of four bytes or more, which keeps its own sums") {
    for (const DType type : {DType::f32, DType::s32, DType::u8}) {
        CAPTURE(name_of(type));
        CHECK(size_of(accumulation_of(type)) >= 4);
        CHECK(accumulation_of(accumulation_of(type)) == accumulation_of(type));
    }
    CHECK(size_of(DType::u8) == 1);
    CHECK(std::string(name_of(DType::s32)) == "s32");
}

TEST_CASE("dtype: results are of the type of the operands that they are made of") {
    const TensorType x{{2, 3, 8, 8}, DType::s32}, w{{4, 3, 3, 3}, DType::s32};
    CHECK(infer(Conv2d{}, {x, w}, "op")[0].type == TensorType{{2, 4, 6, 6}, DType::s32});
    CHECK(infer(Pool2d{.kernel = 2}, {x}, "op")[0].type.dtype == DType::s32);
    CHECK(infer(AdaptiveAvgPool2d{{2, 2}}, {x}, "op")[0].type == TensorType{{2, 3, 2, 2}, DType::s32});
    CHECK(infer(Concat{}, {x, x}, "op")[0].type == TensorType{{2, 6, 8, 8}, DType::s32});
    CHECK(infer(Slice{1, 2}, {x}, "op")[0].type == TensorType{{2, 1, 8, 8}, DType::s32});
    CHECK(infer(Fill{{1}, 1, DType::s32}, {}, "op")[0].type == TensorType{{1}, DType::s32});
}

TEST_CASE("dtype: operands of two types are refused by name") {
    const TensorType x{{2, 3, 8, 8}, DType::u8}, w{{4, 3, 3, 3}};
    CHECK_THROWS_WITH_AS(infer(Conv2d{}, {x, w}, "conv1"),
                         "conv1: (2, 3, 8, 8) is of u8 and (4, 3, 3, 3) of f32; both must be of one type",
                         ShapeError);
    CHECK_THROWS_AS(infer(Linear{}, {TensorType{{2, 3}, DType::u8}, TensorType{{4, 3}}}, "fc"), ShapeError);
    CHECK_THROWS_AS(infer(Concat{}, {x, TensorType{{2, 3, 8, 8}}}, "cat"), ShapeError);
}
