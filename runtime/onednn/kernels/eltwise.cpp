#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

using dnnl::algorithm;
using framework::Eltwise;

namespace {

struct Formula {
    algorithm how;
    float alpha, beta;
};

// The backward pass of a function that reads its result has an algorithm of its own.
Formula formula_of(const Eltwise& op, bool backward) {
    switch (op.function) {
        case framework::Function::relu:
            return {backward ? algorithm::eltwise_relu_use_dst_for_bwd : algorithm::eltwise_relu, op.alpha,
                    0};
        case framework::Function::sigmoid:
            return {backward ? algorithm::eltwise_logistic_use_dst_for_bwd : algorithm::eltwise_logistic, 0,
                    0};
        case framework::Function::log:
            return {algorithm::eltwise_log, 0, 0};
        case framework::Function::at_least:
            return {algorithm::eltwise_clip_v2, op.alpha, 3.4e38F};
    }
    return {algorithm::undef, 0, 0};
}

dnnl::eltwise_forward::primitive_desc forward(const Formula& formula, const Layout& layout) {
    return describe_eltwise(user_scratchpad(), formula.how, descriptor_of(layout), formula.alpha,
                            formula.beta);
}

}  // namespace

Kernel make_kernel(const Eltwise& op, const Operands& in, const Types&) {
    const auto pd = forward(formula_of(op, false), settled_or_plain(in[0]));
    return primitive_kernel<dnnl::eltwise_forward>(pd, {DNNL_ARG_SRC}, {DNNL_ARG_DST});
}

Kernel make_kernel(const framework::EltwiseBackward& op, const Operands& in, const Types&) {
    const Layout layout = settled_or_plain(in[1]);
    const Formula formula = formula_of(op.forward, true);
    const auto pd = describe_eltwise_backward(user_scratchpad(), forward(formula, layout), formula.how,
                                              descriptor_of(layout), formula.alpha, formula.beta);
    const int of_forward = op.forward.reads_result() ? DNNL_ARG_DST : DNNL_ARG_SRC;
    return primitive_kernel<dnnl::eltwise_backward>(pd, {DNNL_ARG_DIFF_DST, of_forward}, {DNNL_ARG_DIFF_SRC});
}

}  // namespace runtime
