#include <doctest/doctest.h>

#include "framework/graph/layers.h"
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
            const std::int64_t channels = shape.channels();
            Graph graph;
            Tensor x = input(graph, "x", {shape});
            std::map<std::string, Array> sources{{"x", normal(shape, 1)}, {"dy", normal(shape, 2)}};
            if (after_conv) {
                const Tensor w = input(graph, "w", {{channels, channels, 1, 1}});
                Array identity = zeros(w.shape());
                for (std::int64_t c = 0; c < channels; ++c) identity(c, c, 0, 0) = 1;
                sources.emplace("w", identity);
                x = apply(Conv2d{}, {x, w}, "conv")[0];
            }
            const Tensor dy = input(graph, "dy", {shape});
            const Tensors out = apply(strong, {x}, "lrn");
            const Forward f{.in = {x}, .out = out, .d_out = {dy, {}}, .wanted = {true}, .name = "lrn"};
            graph.keep("dx", gradient(strong, f)[0].id);
            const Array dx = run_graph(graph, sources).at("dx");
            const Arrays operands{sources.at("x"), sources.at("dy")};
            CHECK(difference(dx, reference(LrnBackward{strong}, operands)[0]) < 3e-6);
        }
    }
}

TEST_CASE("lrn: gradients match central differences") {
    check_gradient(strong, std::vector<Shape>{{2, 7, 3, 3}});
}
