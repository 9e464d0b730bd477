#include <doctest/doctest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

namespace {

const Shape shapes[] = {{2, 64, 7, 7}, {2, 17, 5, 3}, {1, 3, 1, 1}, {1, 1, 1, 1}, {4, 33}};

}  // namespace

TEST_CASE("add, multiply: results are those of plain loops in every layout, with a fused ReLU too") {
    for (const Shape& shape : shapes) {
        const Arrays operands{normal(shape, 1), normal(shape, 2)};
        for (const Offered layout : all_layouts) {
            check_kernel(Add{}, operands, reference(Add{}, operands), 1e-6, {.layout = layout});
            check_kernel(Add{true}, operands, reference(Add{true}, operands), 1e-6, {.layout = layout});
            check_kernel(Multiply{}, operands, reference(Multiply{}, operands), 1e-6, {.layout = layout});
        }
    }
}

TEST_CASE("add, multiply: gradients match central differences") {
    check_gradient(Add{}, std::vector<Shape>{{2, 3, 4, 4}, {2, 3, 4, 4}});
    check_gradient(Multiply{}, std::vector<Shape>{{2, 3, 4, 4}, {2, 3, 4, 4}});
}
