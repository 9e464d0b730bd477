#include <algorithm>
#include <string>

#include <dnnl.hpp>
#include <doctest/doctest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

namespace {

struct Case {
    Shape x, w;
    Conv2d op = {};
};

const Case from_the_models[] = {
    {{2, 3, 32, 32}, {64, 3, 7, 7}, {{.stride = 2, .padding = 3}}},         // ResNet's stem
    {{2, 64, 14, 14}, {64, 64, 3, 3}, {{.padding = 1}}},                    // its basic block
    {{2, 64, 14, 14}, {128, 64, 3, 3}, {{.stride = 2, .padding = 1}}},      // where a stage begins
    {{2, 64, 14, 14}, {128, 64, 1, 1}, {{.stride = 2}}},                    // its shortcut
    {{2, 64, 8, 8}, {256, 64, 1, 1}},                                       // a bottleneck's end
    {{1, 96, 7, 7}, {32, 96, 3, 3}, {{.padding = 1}}},                      // DenseNet's growth
    {{2, 64, 9, 9}, {64, 64, 1, 7}, {{.padding = {Pair{0, 3}}}, 1, true}},  // Inception's rows
    {{2, 64, 9, 9}, {96, 64, 3, 3}, {{.stride = 2}, 1, true}},              // its reductions
    {{1, 128, 14, 14}, {128, 128, 3, 3}, {{.padding = 1}, 1, true}},        // VGG
};

const Case awkward[] = {
    {{1, 1, 1, 1}, {1, 1, 1, 1}},
    {{1, 3, 5, 5}, {17, 3, 3, 3}},
    {{2, 17, 7, 5}, {33, 17, 3, 3}, {{.padding = 1}, 1, true}},
    {{1, 33, 6, 6}, {3, 33, 2, 2}},
    {{2, 16, 9, 9}, {16, 16, 1, 1}, {{.stride = 3}}},  // stride > kernel
    {{1, 5, 11, 11}, {7, 5, 2, 2}, {{.stride = 4}, 1, true}},
    {{2, 8, 10, 10}, {8, 8, 3, 3}, {{.dilation = 2, .padding = 2}}},
    {{1, 17, 9, 12}, {16, 17, 3, 2}, {{.stride = {1, 2}, .dilation = {2, 1}, .padding = {1, 0, 2, 1}}}},
    {{1, 16, 8, 8}, {32, 16, 3, 3}, {{.padding = {0, 1, 1, 0}}}},  // asymmetric padding
    {{2, 3, 8, 8}, {16, 3, 3, 3}, {{.stride = 2, .padding = {0, 0, 1, 1}}, 1, true}},
    {{2, 16, 6, 6}, {32, 8, 3, 3}, {{.padding = 1}, 2, true}},  // groups
    {{1, 6, 6, 6}, {9, 2, 3, 3}, {{.padding = 1}, 3}},
    {{2, 32, 6, 6}, {32, 1, 3, 3}, {{.padding = 1}, 32}},  // depthwise
    {{1, 5, 6, 6}, {5, 1, 3, 3}, {{.stride = 2, .padding = 1}, 5}},
};

Arrays operands_of(const Case& c) {
    Arrays operands{normal(c.x, 1), normal(c.w, 2)};
    if (c.op.bias) operands.push_back(normal({c.w[0]}, 3));
    return operands;
}

// All three kernels; the largest error.
double check_all(const Case& c, double tolerance, const KernelRun& how = {}) {
    const Arrays operands = operands_of(c);
    const Arrays y = reference(c.op, operands);
    const Array dy = normal(y[0].shape(), 4);
    const Conv2dBackwardData data{c.op, c.x};
    const Conv2dBackwardWeights weights{c.op, c.w};
    const Arrays dx = reference(data, {operands[1], dy}), dw = reference(weights, {operands[0], dy});
    return std::max({
        difference(check_kernel(c.op, operands, y, tolerance, how).values[0], y[0]),
        difference(check_kernel(data, {operands[1], dy}, dx, tolerance, how).values[0], dx[0]),
        difference(check_kernel(weights, {operands[0], dy}, dw, tolerance, how).values[0], dw[0]),
    });
}

}  // namespace

TEST_CASE("conv2d: kernels compute what plain loops do, on shapes of the models") {
    double worst = 0;
    for (const Case& c : from_the_models) worst = std::max(worst, check_all(c, 2e-6));
    MESSAGE("largest error without Winograd ", worst);
}

TEST_CASE("conv2d: kernels compute what plain loops do, on awkward shapes") {
    for (const Case& c : awkward) check_all(c, 2e-6);
}

TEST_CASE("conv2d: a fused ReLU rectifies what the convolution gives") {
    for (Case c : {from_the_models[1], from_the_models[8], awkward[2], awkward[10]}) {
        c.op.relu = true;
        const Arrays operands = operands_of(c);
        check_kernel(c.op, operands, reference(c.op, operands), 2e-6);
        check_kernel(c.op, operands, reference(c.op, operands), 1e-5, {.winograd = true});
    }
}

// Lavin and Gray's F(4x4, 3x3): its transforms multiply by up to 8 and divide again. Where there is AVX-512
// oneDNN has it for all of these; the largest error seen is 4.2e-6.
TEST_CASE("conv2d: Winograd's kernels stay within 1e-5 of plain loops") {
    const Case cases[] = {
        {{2, 64, 14, 14}, {64, 64, 3, 3}, {{.padding = 1}}},
        {{1, 128, 28, 28}, {128, 128, 3, 3}, {{.padding = 1}, 1, true}},
        {{2, 256, 7, 7}, {256, 256, 3, 3}, {{.padding = 1}}},
        {{1, 512, 2, 2}, {512, 512, 3, 3}, {{.padding = 1}}},
        {{1, 192, 9, 9}, {224, 192, 3, 3}, {{.padding = {0, 1, 0, 1}}}},
        {{1, 130, 10, 10}, {129, 130, 3, 3}},
    };
    double worst = 0;
    for (const Case& c : cases) worst = std::max(worst, check_all(c, 1e-5, {.winograd = true}));
    MESSAGE("largest error with Winograd ", worst);
}

// Where the rows above and below are not as many, oneDNN's Winograd would go wrong by the size of the result.
TEST_CASE("conv2d: with Winograd asked for, asymmetric padding is right all the same") {
    for (const Padding padding :
         {Padding(0, 1, 1, 0), Padding(1, 1, 0, 0), Padding(0, 0, 1, 1), Padding(1, 0, 0, 1)}) {
        check_all({{1, 128, 9, 9}, {128, 128, 3, 3}, {{.padding = padding}}}, 1e-5, {.winograd = true});
    }
}

TEST_CASE("conv2d: Winograd is used where it is asked for and had, and nowhere else") {
    const Conv2d op{{.padding = 1}};
    const Arrays operands{normal({1, 128, 8, 8}, 1), normal({128, 128, 3, 3}, 2)};
    const auto made_of = [&](const Conv2d& conv, bool winograd) {
        return run_kernel(conv, operands, {.winograd = winograd}).implementation;
    };
    const auto is_winograd = [](const std::string& name) { return name.find("wino") != std::string::npos; };
    if (is_winograd(made_of(op, true))) CHECK(dnnl::get_effective_cpu_isa() >= dnnl::cpu_isa::avx512_core);
    CHECK_FALSE(is_winograd(made_of(op, false)));
    CHECK_FALSE(is_winograd(made_of({{.stride = 2, .padding = 1}}, true)));
    CHECK_FALSE(is_winograd(made_of({{.dilation = 2, .padding = 2}}, true)));
}

TEST_CASE("conv2d: gradients match central differences") {
    for (const Conv2d op : {Conv2d{}, Conv2d{{.padding = 1}}, Conv2d{{.stride = 2, .padding = {0, 1, 1, 0}}},
                            Conv2d{{.stride = 3, .dilation = 2}}}) {
        check_gradient(op, std::vector<Shape>{{2, 3, 7, 7}, {4, 3, 3, 3}});
    }
    check_gradient(Conv2d{{.padding = 1}, 3, true}, std::vector<Shape>{{1, 6, 4, 4}, {9, 2, 3, 3}, {9}});
    check_gradient(Conv2d{{}, 1, true}, std::vector<Shape>{{2, 17, 3, 3}, {3, 17, 1, 1}, {3}});
}
