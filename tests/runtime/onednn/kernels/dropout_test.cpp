#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"

using namespace framework;
using namespace support;

namespace {

constexpr double exact = 0x1p-23;  // scaling up rounds once

}  // namespace

TEST_CASE("dropout: y is x scaled up where the mask keeps it and zero elsewhere, forward and back") {
    for (const Shape& shape : {Shape{2, 64, 7, 7}, Shape{2, 17, 5, 3}, Shape{1, 1, 1, 1}, Shape{3, 33}}) {
        for (const float probability : {0.0F, 0.2F, 0.5F}) {
            const Array x = normal(shape, 1), dy = normal(shape, 2);
            for (const Offered layout : all_layouts) {
                const KernelResults run = run_kernel(Dropout{probability, 3}, {x}, {.layout = layout});
                const Array& mask = run.values[1];
                for (const float kept : mask.values) CHECK((kept == 0 || kept == 1));
                const DropoutBackward backward{probability};
                CHECK(difference(run.values[0], reference(backward, {x, mask})[0]) < exact);
                check_kernel(backward, {dy, mask}, reference(backward, {dy, mask}), exact,
                             {.layout = layout});
            }
        }
    }
}

TEST_CASE("dropout: the share dropped is the probability, to five standard deviations") {
    const std::int64_t count = 1 << 18;
    for (const float probability : {0.1F, 0.5F, 0.8F}) {
        const Array mask = run_kernel(Dropout{probability, 0}, {zeros({count, 1})}).values[1];
        const double kept = std::accumulate(mask.values.begin(), mask.values.end(), 0.0);
        const double deviation = std::sqrt(probability * (1 - probability) * static_cast<double>(count));
        CHECK(std::abs(kept - (1 - probability) * static_cast<double>(count)) < 5 * deviation);
    }
}

TEST_CASE("dropout: the mask is drawn from seed, iteration and stream, and nothing else") {
    const Array x = normal({4, 16, 5, 5}, 1);
    const auto mask = [&](std::uint32_t stream, std::int64_t number, std::uint64_t seed) {
        const runtime::Iteration iteration{.number = number, .seed = seed, .learning_rate = 0};
        return run_kernel(Dropout{0.5F, stream}, {x}, {.iteration = iteration}).values[1].values;
    };
    const std::vector<float> first = mask(1, 7, 42);
    CHECK(mask(1, 7, 42) == first);
    CHECK(mask(1, 8, 42) != first);
    CHECK(mask(2, 7, 42) != first);
    CHECK(mask(1, 7, 43) != first);
}

// The forward pass draws the same mask at every run of an iteration: its differences are those of a function.
TEST_CASE("dropout: gradients match central differences") {
    check_gradient(Dropout{0.4F, 1}, std::vector<Shape>{{2, 3, 4, 4}});
}
