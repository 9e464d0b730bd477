#include <doctest/doctest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

TEST_CASE("reshape: elements keep their row-major order, whatever the layout they come in") {
    const Array x = normal({2, 17, 3, 5}, 1);
    for (const Offered layout : all_layouts) {
        for (const Shape& to : {Shape{2, 255}, Shape{510}, Shape{1, 34, 5, 3}, Shape{17, 2, 15}}) {
            const Reshape op{to};
            check_kernel(op, {x}, reference(op, {x}), 0x1p-30, {.layout = layout});
        }
    }
}

TEST_CASE("reshape: gradients match central differences") {
    check_gradient(Reshape{{2, 12}}, std::vector<Shape>{{2, 3, 2, 2}});
}

TEST_CASE("fill: every element is the value") {
    const Array y = run_kernel(Fill{{3, 5}, 2.5F}, {}).values[0];
    CHECK(y.values == std::vector<float>(15, 2.5F));
}
