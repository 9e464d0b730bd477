#include <doctest/doctest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

TEST_CASE("sgd: parameter and velocity are those of plain loops, in every layout") {
    const Sgd ops[] = {
        {},
        {.weight_decay = 0.1F},
        {.momentum = 0.9F},
        {.momentum = 0.9F, .weight_decay = 0.1F},
        {.momentum = 0.9F, .nesterov = true},
        {.momentum = 0.5F, .nesterov = true, .weight_decay = 0.1F},
    };
    for (const Sgd& op : ops) {
        for (const Shape& shape :
             {Shape{64, 64, 3, 3}, Shape{17, 33, 1, 1}, Shape{1}, Shape{1000}, Shape{5000, 3}}) {
            Arrays operands{normal(shape, 1), normal(shape, 2)};
            if (op.momentum != 0) operands.push_back(normal(shape, 3));
            for (const Offered layout : all_layouts) {
                const float rate = 0.1F;
                const KernelRun how{.layout = layout,
                                    .iteration = {.number = 0, .seed = 1, .learning_rate = rate}};
                check_kernel(op, operands, reference(op, operands, rate), 1e-6, how);
            }
        }
    }
}
