#include <cmath>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

namespace {

const Shape shapes[] = {{16, 1000}, {4, 10}, {1, 1}, {3, 17}, {1, 33}};
constexpr float smoothings[] = {0, 0.1F};

int classes(const Shape& shape) {
    return static_cast<int>(shape[1]);
}

}  // namespace

TEST_CASE("softmax: rows are those of plain loops, forward and back") {
    for (const Shape& shape : shapes) {
        const Array x = normal(shape, 1, 0, 3), dy = normal(shape, 2);
        const Arrays y = reference(Softmax{}, {x});
        check_kernel(Softmax{}, {x}, y, 2e-6);
        check_kernel(SoftmaxBackward{}, {y[0], dy}, reference(SoftmaxBackward{}, {y[0], dy}), 2e-6);
    }
}

TEST_CASE("cross_entropy: loss, probabilities and gradient are those of plain loops, smoothed or not") {
    for (const Shape& shape : shapes) {
        for (const float smoothing : smoothings) {
            const Arrays operands{normal(shape, 1, 0, 3), labels(shape[0], classes(shape), 2)};
            const CrossEntropy op{smoothing};
            const Arrays expected = reference(op, operands);
            check_kernel(op, operands, expected, 2e-6);
            const Arrays backward{expected[1], operands[1], normal({1}, 3)};
            check_kernel(CrossEntropyBackward{smoothing}, backward,
                         reference(CrossEntropyBackward{smoothing}, backward), 2e-6);
        }
    }
}

TEST_CASE("cross_entropy: logits of a million give a finite loss") {
    Array logits = zeros({2, 3});
    logits.values = {1e6F, 0, -1e6F, -1e6F, -1e6F, -1e6F};
    const Arrays operands{logits, {{{2}, DType::s32}, {2, 0}}};
    const KernelResults run =
        check_kernel(CrossEntropy{}, operands, reference(CrossEntropy{}, operands), 1e-6);
    CHECK(run.values[0].values[0] == doctest::Approx(1e6 + std::log(3.0) / 2));
}

TEST_CASE("negative_log_likelihood: loss and gradient are those of plain loops") {
    for (const Shape& shape : shapes) {
        const Array p = reference(Softmax{}, {normal(shape, 1)})[0],
                    chosen = labels(shape[0], classes(shape), 2);
        const NegativeLogLikelihood op;
        check_kernel(op, {p, chosen}, reference(op, {p, chosen}), 2e-6);
        const Arrays backward{p, chosen, normal({1}, 3)};
        const NegativeLogLikelihoodBackward d;
        check_kernel(d, backward, reference(d, backward), 2e-6);
    }
}

TEST_CASE("losses: a label that is no class is an error that names sample, iteration and label") {
    const Array p = reference(Softmax{}, {normal({3, 4}, 1)})[0], one = normal({1}, 1);
    for (const float wrong : {-1.0F, 4.0F, 1e6F}) {
        const Array chosen{{{3}, DType::s32}, {0, wrong, 1}};
        const KernelRun how{.iteration = {.number = 12, .seed = 1, .learning_rate = 0}};
        const auto message_of = [&](const Op& op, const Arrays& operands) -> std::string {
            try {
                run_kernel(op, operands, how);
            } catch (const DataError& error) {
                return error.what();
            }
            return "no error";
        };
        const std::string expected = text("sample 1 of iteration 12 has the label ", static_cast<int>(wrong),
                                          ", but the model tells 4 classes apart, from 0 on");
        CHECK(message_of(CrossEntropy{}, {p, chosen}) == expected);
        CHECK(message_of(CrossEntropyBackward{}, {p, chosen, one}) == expected);
        CHECK(message_of(NegativeLogLikelihood{}, {p, chosen}) == expected);
        CHECK(message_of(NegativeLogLikelihoodBackward{}, {p, chosen, one}) == expected);
    }
}

TEST_CASE("softmax, losses: gradients match central differences") {
    const Array chosen = labels(4, 5, 1);
    check_gradient(Softmax{}, std::vector<Shape>{{4, 5}});
    for (const float smoothing : smoothings) {
        check_gradient(CrossEntropy{smoothing}, {normal({4, 5}, 1), chosen});
    }
    Array p = normal({4, 5}, 1);  // away from 0, where the logarithm curves
    for (float& value : p.values) value = 2 + std::abs(value);
    check_gradient(NegativeLogLikelihood{}, {p, chosen});
}
