#include "tests/support/gradient_check.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/layers.h"
#include "tests/support/run_graph.h"

namespace support {

using framework::DType;
using framework::Graph;
using framework::Op;
using framework::Shape;
using framework::Tensor;
using framework::Tensors;

namespace {

constexpr float epsilon = 1e-2F;

std::string numbered(const char* name, std::size_t i) {
    return framework::text(name, i);
}

// A graph of the op alone: operands x0, x1, ... and results y; with `backward` also dy and the gradients d0,
// d1, ...
Graph graph_of(const Op& op, const Arrays& operands, const std::vector<bool>& wanted, bool backward) {
    Graph graph;
    framework::Forward f{.in = {}, .out = {}, .d_out = {}, .wanted = wanted, .name = "op"};
    for (std::size_t i = 0; i < operands.size(); ++i) {
        // Running statistics are written over: they must be states.
        const bool state = std::holds_alternative<framework::BatchNorm>(op) && i >= 3;
        const std::string name = numbered("x", i);
        f.in.push_back(state
                           ? Tensor{&graph, graph.add(framework::State{operands[i].shape(), 0}, {}, name)[0]}
                           : input(graph, name, operands[i].type));
    }
    f.out = apply(op, f.in, "op");
    graph.keep("y", f.out[0].id);
    if (!backward) return graph;
    f.d_out.resize(f.out.size());
    f.d_out[0] = input(graph, "dy", {f.out[0].shape()});
    const Tensors d = gradient(op, f);
    for (std::size_t i = 0; i < d.size(); ++i) {
        if (d[i] && wanted[i]) graph.keep(numbered("d", i), d[i].id);
    }
    return graph;
}

double loss_of(GraphRun& run, const Arrays& operands, const Array& dy) {
    for (std::size_t i = 0; i < operands.size(); ++i) run.set(numbered("x", i), operands[i]);
    run.run();
    const Array y = run.get("y");
    double loss = 0;
    for (std::size_t i = 0; i < y.values.size(); ++i) loss += static_cast<double>(dy.values[i]) * y.values[i];
    return loss;
}

}  // namespace

void check_gradient(const Op& op, const Arrays& operands, const GradientCheck& how) {
    std::vector<bool> wanted;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        wanted.push_back(operands[i].type.dtype == DType::f32 && std::ranges::count(how.constant, i) == 0);
    }
    const runtime::KernelOptions options{.winograd = how.winograd};
    GraphRun forward(graph_of(op, operands, wanted, false), options);
    GraphRun both(graph_of(op, operands, wanted, true), options);
    const Graph& graph = both.program().graph();
    const Array dy = normal(graph.tensor(graph.find("dy")).type.shape, 99);
    for (std::size_t i = 0; i < operands.size(); ++i) both.set(numbered("x", i), operands[i]);
    both.set("dy", dy);
    both.run();

    Arrays moved = operands;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (!wanted[i]) continue;
        REQUIRE(graph.find(numbered("d", i)) >= 0);
        Array expected = zeros(operands[i].shape());
        for (std::size_t j = 0; j < expected.values.size(); ++j) {
            const float value = operands[i].values[j], above = value + epsilon, below = value - epsilon;
            moved[i].values[j] = above;
            const double up = loss_of(forward, moved, dy);
            moved[i].values[j] = below;
            const double down = loss_of(forward, moved, dy);
            moved[i].values[j] = value;
            expected.values[j] =
                static_cast<float>((up - down) / (static_cast<double>(above) - static_cast<double>(below)));
        }
        INFO(std::string(framework::kind_of(op)), " ", framework::attributes(op), ", operand ", i, " ",
             to_string(operands[i].shape()));
        CHECK(difference(both.get(numbered("d", i)), expected) < how.tolerance);
    }
}

void check_gradient(const Op& op, const std::vector<Shape>& shapes, const GradientCheck& how) {
    Arrays operands;
    for (const Shape& shape : shapes)
        operands.push_back(normal(shape, 7 + static_cast<unsigned>(operands.size())));
    check_gradient(op, operands, how);
}

KernelResults check_kernel(const Op& op, const Arrays& operands, const Arrays& expected, double tolerance,
                           const KernelRun& how) {
    KernelResults run = run_kernel(op, operands, how);
    INFO(std::string(framework::kind_of(op)), " ", framework::attributes(op), " of ",
         to_string(operands[0].shape()), " by ", run.implementation);
    REQUIRE(run.values.size() >= expected.size());
    for (std::size_t slot = 0; slot < expected.size(); ++slot) {
        CAPTURE(slot);
        CHECK(difference(run.values[slot], expected[slot]) < tolerance);
    }
    return run;
}

}  // namespace support
