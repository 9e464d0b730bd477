#include <doctest/doctest.h>

#include "framework/layers.h"
#include "tests/support/gradient_check.h"
#include "tests/support/reference_kernels.h"
#include "tests/support/run_graph.h"

using namespace framework;
using namespace support;

namespace {

// Larger than AlexNet's, so that it shows.
constexpr Lrn strong{.size = 5, .alpha = 0.5F, .beta = 0.75F, .k = 2};

}  // namespace

TEST_CASE("lrn: results are those of plain loops in every layout") {
    for (const Shape& shape :
         {Shape{2, 64, 7, 7}, Shape{2, 17, 5, 3}, Shape{1, 3, 1, 1}, Shape{1, 33, 4, 4}}) {
        const Array x = normal(shape, 1);
        for (const Lrn& op : {Lrn{}, strong, Lrn{.size = 3, .alpha = 1, .beta = 0.5F, .k = 1}}) {
            for (const Offered layout : all_layouts) {
                check_kernel(op, {x}, reference(op, {x}), 2e-6, {.layout = layout});
            }
        }
    }
}

// In a graph: the workspace is oneDNN's own, and passes from the one kernel to the other as it is. A
// convolution that copies its channels gives the norm the layout that convolutions settle on.
TEST_CASE("lrn: the backward pass is that of plain loops, after an input and after a convolution") {
    for (const Shape& shape : {Shape{2, 64, 7, 7}, Shape{2, 17, 5, 3}, Shape{1, 3, 1, 1}}) {
        for (const bool after_conv : {false, true}) {
            Graph graph;
            Tensor x = input(graph, "x", {shape});
            const Tensor w = input(graph, "w", {{shape.channels(), shape.channels(), 1, 1}});
            if (after_conv) x = apply(Conv2d{}, {x, w}, "conv")[0];
            const Tensors out = apply(strong, {x}, "lrn");
            const Tensor dy = input(graph, "dy", {shape});
            Array identity = zeros(w.shape());
            for (std::int64_t c = 0; c < shape.channels(); ++c) identity(c, c, 0, 0) = 1;
            const Forward f{.in = {x}, .out = out, .d_out = {dy, {}}, .wanted = {true}, .name = "lrn"};
            graph.keep("dx", gradient(strong, f)[0].id);
            const Array values = normal(shape, 1), d = normal(shape, 2);
            const auto kept = run_graph(graph, {{"x", values}, {"w", identity}, {"dy", d}});
            CHECK(difference(kept.at("dx"), reference(LrnBackward{strong}, {values, d})[0]) < 3e-6);
        }
    }
}

TEST_CASE("lrn: gradients match central differences") {
    check_gradient(strong, std::vector<Shape>{{2, 7, 3, 3}});
}
