#include <cmath>

#include <doctest/doctest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

namespace {

const Shape shapes[] = {
    {2, 64, 14, 14}, {4, 512, 2, 2}, {2, 17, 5, 3}, {1, 33, 7, 7},
    {3, 3, 1, 1},    {2, 1, 4, 4},   {5, 16, 3, 3}, {8, 24},
};

Arrays operands_of(const Shape& x) {
    const Shape c{x.channels()};
    Array variance = normal(c, 5);
    for (float& value : variance.values) value = 0.5F + std::abs(value);
    return {normal(x, 1, 3, 2), normal(c, 2, 1, 0.3F), normal(c, 3), normal(c, 4), variance};
}

}  // namespace

TEST_CASE("batch_norm: training gives y, the batch's statistics and the running ones, in every layout") {
    for (const Shape& shape : shapes) {
        const Arrays operands = operands_of(shape);
        for (const bool relu : {false, true}) {
            const BatchNorm op{.epsilon = 1e-3F, .momentum = 0.3F, .relu = relu};
            for (const Offered layout : all_layouts) {
                check_kernel(op, operands, reference(op, operands), 3e-6, {.layout = layout});
            }
        }
    }
}

TEST_CASE("batch_norm: the backward pass is that of plain loops in every layout, the fused ReLU's mask too") {
    for (const Shape& shape : shapes) {
        const Arrays forward = operands_of(shape);
        const Arrays y = reference(BatchNorm{}, forward);
        const Arrays operands{forward[0], normal(shape, 6), forward[1], forward[2], y[1], y[2]};
        for (const bool relu : {false, true}) {
            const BatchNormBackward op{relu};
            for (const Offered layout : all_layouts) {
                check_kernel(op, operands, reference(op, operands), 1e-5, {.layout = layout});
            }
        }
    }
}

TEST_CASE("batch_norm: inference uses the running statistics, in every layout") {
    for (const Shape& shape : shapes) {
        const Arrays operands = operands_of(shape);
        for (const bool relu : {false, true}) {
            const BatchNormInference op{.epsilon = 1e-3F, .relu = relu};
            for (const Offered layout : all_layouts) {
                check_kernel(op, operands, reference(op, operands), 3e-6, {.layout = layout});
            }
        }
    }
}

TEST_CASE("batch_norm: a mean a thousand times the deviation does not cancel the variance") {
    Arrays operands = operands_of({4, 17, 8, 8});
    operands[0] = normal({4, 17, 8, 8}, 1, 1000, 1);
    const Arrays expected = reference(BatchNorm{}, operands);
    for (const Offered layout : all_layouts) {
        const KernelResults run = run_kernel(BatchNorm{}, operands, {.layout = layout});
        CHECK(difference(run.values[2], expected[2]) < 1e-5);  // 1 / deviation
        CHECK(difference(run.values[4], expected[4]) < 1e-5);  // running variance
        CHECK(difference(run.values[0], expected[0]) < 1e-3);  // x itself is rounded to 6e-5 of the deviation
    }
}

TEST_CASE("batch_norm: a channel of one value has variance zero, and y is the shift") {
    // y = a x + b, where a x and b are 5 / sqrt(epsilon) and cancel: rounding leaves 1e-4 of them.
    Arrays operands = operands_of({2, 17, 3, 3});
    operands[0] = normal({2, 17, 3, 3}, 1, 5, 0);
    for (const Offered layout : all_layouts) {
        check_kernel(BatchNorm{}, operands, reference(BatchNorm{}, operands), 1e-4, {.layout = layout});
    }
}

// Of mean 0: y is rounded more coarsely where a · x and b are large and cancel, and a central difference
// shows that a hundredfold.
TEST_CASE("batch_norm: gradients match central differences") {
    for (const Shape& shape : {Shape{4, 3, 3, 3}, Shape{3, 17, 2, 2}, Shape{16, 5}}) {
        Arrays operands = operands_of(shape);
        operands[0] = normal(shape, 1);
        check_gradient(BatchNorm{}, operands, {.constant = {3, 4}});
    }
}
