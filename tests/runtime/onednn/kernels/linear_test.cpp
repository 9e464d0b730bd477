#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

namespace {

struct Case {
    Shape x;
    std::int64_t features;
    bool bias = true;
};

const Case cases[] = {
    {{16, 512}, 10}, {{4, 512, 1, 1}, 100}, {{2, 64, 7, 7}, 128},
    {{1, 1}, 1},     {{3, 17}, 33, false},  {{1, 17, 3, 5}, 3},
};

}  // namespace

TEST_CASE("linear: kernels compute what plain loops do, of rows and of images, with a fused ReLU too") {
    for (const auto& [x, features, bias] : cases) {
        const Shape w{features, x.elements_from(1)};
        Arrays operands{normal(x, 1), normal(w, 2)};
        if (bias) operands.push_back(normal({features}, 3));
        for (const bool relu : {false, true}) {
            const Linear op{bias, relu};
            check_kernel(op, operands, reference(op, operands), 2e-6);
        }
        const Array dy = normal({x.batch(), features}, 4);
        const LinearBackwardData data{x};
        const LinearBackwardWeights weights{bias, w};
        check_kernel(data, {operands[1], dy}, reference(data, {operands[1], dy}), 2e-6);
        check_kernel(weights, {operands[0], dy}, reference(weights, {operands[0], dy}), 2e-6);
    }
}

TEST_CASE("linear: gradients match central differences") {
    check_gradient(Linear{true}, std::vector<Shape>{{4, 7}, {5, 7}, {5}});
    check_gradient(Linear{}, std::vector<Shape>{{2, 3, 3, 2}, {3, 18}});
}
