#include <cmath>

#include <doctest/doctest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

namespace {

const Shape shapes[] = {{2, 64, 7, 7}, {2, 17, 5, 3}, {1, 3, 1, 1}, {1, 1, 1, 1}, {4, 33}};

const Eltwise functions[] = {
    {Function::relu, 0}, {Function::relu, 0.1F},     {Function::sigmoid, 0},
    {Function::log, 0},  {Function::at_least, 0.5F},
};

Array positive(Array x) {
    for (float& value : x.values) value = std::abs(value) + 1;
    return x;
}

Array operand_of(const Eltwise& op, const Shape& shape) {
    return op.function == Function::log ? positive(normal(shape, 1)) : spread(shape, 1);
}

// oneDNN's logarithm is good to 2e-6, however small the result.
double tolerance_of(const Eltwise& op) {
    return op.function == Function::log ? 2e-5 : 1e-6;
}

}  // namespace

TEST_CASE("eltwise: functions are those of plain loops in every layout, the padding zero where f(0) is not") {
    for (const Eltwise& op : functions) {
        for (const Shape& shape : shapes) {
            const Array x = operand_of(op, shape);
            for (const Offered layout : all_layouts) {
                check_kernel(op, {x}, reference(op, {x}), tolerance_of(op), {.layout = layout});
            }
        }
    }
}

TEST_CASE("eltwise: backward passes are those of plain loops in every layout") {
    for (const Eltwise& forward : functions) {
        const EltwiseBackward op{forward};
        for (const Shape& shape : shapes) {
            const Array x = operand_of(forward, shape);
            const Array seen = forward.reads_result() ? reference(forward, {x})[0] : x;
            const Arrays operands{normal(shape, 2), seen};
            for (const Offered layout : all_layouts) {
                check_kernel(op, operands, reference(op, operands), 1e-6, {.layout = layout});
            }
        }
    }
}

// Where the grid of values crosses a kink, 0 or 0.5, it is halfway between two of them. The logarithm's error
// of 2e-6, over a step of 2e-2, leaves 1e-4 of any slope.
TEST_CASE("eltwise: gradients match central differences") {
    for (const Eltwise& op : functions) {
        const double tolerance = op.function == Function::log ? 5e-4 : 1e-4;
        check_gradient(op, {operand_of(op, {2, 5, 3, 3})}, {.tolerance = tolerance});
    }
}
