#include "framework/graph/op.h"

#include <type_traits>

#include "framework/base/error.h"

namespace framework {

namespace {

template <class T>
concept Differentiable = requires(const T& op, const Forward& f) {
    op.gradient(f);
};

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

const char* kind_of(const Op& op) {
    return std::visit([](const auto& o) { return std::decay_t<decltype(o)>::kind; }, op);
}

std::string attributes(const Op& op) {
    TextStream out;
    std::visit([&](const auto& o) { o.describe(out); }, op);
    return out.str();
}

bool is_source(const Op& op) {
    return std::holds_alternative<Input>(op) || std::holds_alternative<Parameter>(op) ||
           std::holds_alternative<State>(op);
}

Results infer(const Op& op, const Types& in, const std::string& name) {
    return std::visit([&](const auto& o) { return o.infer(in, name); }, op);
}

Tensors gradient(const Op& op, const Forward& forward) {
    return std::visit(
        [&](const auto& o) -> Tensors {
            if constexpr (Differentiable<std::decay_t<decltype(o)>>) {
                return o.gradient(forward);
            } else {
                throw ShapeError(
                    text(forward.name, ": ", o.kind, " has no gradient; take it off the path to the loss"));
            }
        },
        op);
}

std::int64_t multiply_adds(const Op& op, const Types& in, const Types& out) {
    const auto convolution = [](const Shape& w, const Shape& y) { return y.elements() * w.elements_from(1); };
    return std::visit(
        Overloaded{
            [&](const Conv2d&) { return convolution(in[1].shape, out[0].shape); },
            [&](const Conv2dBackwardData&) { return convolution(in[0].shape, in[1].shape); },
            [&](const Conv2dBackwardWeights&) { return convolution(out[0].shape, in[1].shape); },
            [&](const Linear&) { return convolution(in[1].shape, out[0].shape); },
            [&](const LinearBackwardData&) { return convolution(in[0].shape, in[1].shape); },
            [&](const LinearBackwardWeights&) { return convolution(out[0].shape, in[1].shape); },
            [](const auto&) { return std::int64_t{0}; },
        },
        op);
}

}  // namespace framework
