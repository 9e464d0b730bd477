#include <doctest/doctest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

namespace {

struct Case {
    Shape x;
    Pair kernel;
    Window2d window;
};

const Case cases[] = {
    {{2, 64, 16, 16}, 3, {.stride = 2, .padding = 1}},  // ResNet's stem
    {{2, 32, 8, 8}, 2, {.stride = 2}},                  // VGG, DenseNet's transitions
    {{1, 96, 9, 9}, 3, {.stride = 1, .padding = 1}},    // Inception's average
    {{2, 48, 7, 7}, 3, {.stride = 2}},
    {{1, 1, 1, 1}, 1, {}},
    {{2, 3, 5, 7}, 2, {.stride = 3}},  // stride > kernel: elements in no window
    {{1, 17, 6, 5}, {3, 2}, {.stride = {2, 1}, .padding = {1, 0, 2, 1}}},
    {{2, 33, 7, 7}, 7, {}},
    {{1, 17, 9, 9}, 2, {.stride = 2, .dilation = 2, .padding = 1}},
};

// The kernel that finds the indices feeds the one that reads them.
void check_max(const Case& c, Offered layout) {
    const Pool2d op{Pool2d::maximum, c.kernel, c.window};
    const Array x = spread(c.x, 1);
    const Arrays y = reference(op, {x});
    const KernelResults forward = check_kernel(op, {x}, y, 0x1p-30, {.layout = layout});
    REQUIRE(forward.values.size() == 2);
    const Array dy = normal(y[0].shape(), 2);
    const Pool2dBackward backward{op, c.x};
    check_kernel(backward, {dy, forward.values[1]}, reference(backward, {dy, x}), 1e-6, {.layout = layout});
}

void check_average(const Case& c, bool count_padding, Offered layout) {
    const Pool2d op{Pool2d::average, c.kernel, c.window, count_padding};
    const Array x = normal(c.x, 1);
    const Arrays y = reference(op, {x});
    check_kernel(op, {x}, y, 1e-6, {.layout = layout});
    const Array dy = normal(y[0].shape(), 2);
    const Pool2dBackward backward{op, c.x};
    check_kernel(backward, {dy}, reference(backward, {dy, x}), 1e-6, {.layout = layout});
}

}  // namespace

TEST_CASE("pool2d: the maximum is exact in every layout, and its gradient goes to the largest element") {
    for (const Case& c : cases) {
        for (const Offered layout : all_layouts) check_max(c, layout);
    }
}

TEST_CASE("pool2d: the maximum of negative values is not the padding's zero") {
    const Pool2d op{Pool2d::maximum, 3, {.stride = 2, .padding = 1}, false, false};
    const Array x = normal({1, 17, 6, 6}, 1, -10);
    for (const Offered layout : all_layouts)
        check_kernel(op, {x}, reference(op, {x}), 0x1p-30, {.layout = layout});
}

TEST_CASE("pool2d: averages, counting the padding or not, are those of plain loops in every layout") {
    for (const Case& c : cases) {
        for (const Offered layout : all_layouts) {
            check_average(c, false, layout);
            check_average(c, true, layout);
        }
    }
}

TEST_CASE("pool2d: an index tells the elements of the largest windows apart") {
    for (const Offered layout : all_layouts) check_max({{1, 17, 17, 17}, 15, {}}, layout);
    check_gradient(Pool2d{Pool2d::maximum, 16, {}}, {spread({1, 1, 17, 17}, 1)});
}

TEST_CASE("pool2d: gradients match central differences") {
    check_gradient(Pool2d{Pool2d::maximum, 3, {.stride = 2, .padding = 1}}, {spread({2, 3, 6, 6}, 1)});
    check_gradient(Pool2d{Pool2d::maximum, 2, {.stride = 3}}, {spread({1, 17, 5, 5}, 1)});
    check_gradient(Pool2d{Pool2d::average, 3, {.padding = {1, 0, 2, 1}}}, std::vector<Shape>{{2, 3, 5, 5}});
    check_gradient(Pool2d{Pool2d::average, 3, {.stride = 2, .padding = 1}, true},
                   std::vector<Shape>{{1, 5, 6, 6}});
}

TEST_CASE("adaptive_avg_pool2d: cells that overlap or not average as plain loops do, in every layout") {
    struct Cells {
        Shape x;
        Pair out;
    };
    for (const auto& [shape, out] :
         {Cells{{2, 512, 2, 2}, 1}, Cells{{2, 64, 7, 7}, 7}, Cells{{1, 17, 9, 5}, {4, 3}},
          Cells{{2, 33, 8, 8}, {2, 1}}, Cells{{1, 3, 1, 1}, 1}}) {
        const AdaptiveAvgPool2d op{out};
        const AdaptiveAvgPool2dBackward backward{shape};
        const Array x = normal(shape, 1);
        const Arrays y = reference(op, {x});
        const Array dy = normal(y[0].shape(), 2);
        for (const Offered layout : all_layouts) {
            check_kernel(op, {x}, y, 1e-6, {.layout = layout});
            check_kernel(backward, {dy}, reference(backward, {dy}), 1e-6, {.layout = layout});
        }
    }
}

TEST_CASE("adaptive_avg_pool2d: gradients match central differences") {
    check_gradient(AdaptiveAvgPool2d{1}, std::vector<Shape>{{2, 5, 4, 4}});
    check_gradient(AdaptiveAvgPool2d{{3, 2}}, std::vector<Shape>{{1, 3, 5, 5}});
}
