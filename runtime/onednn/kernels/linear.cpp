#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

using dnnl::algorithm;
using framework::Shape;

namespace {

// The shape of w (O, I) with I split into the dimensions of x, so that oneDNN can block both alike. A
// row-major w has the same bytes in both shapes.
Shape weights_like(const Shape& x, const Shape& w) {
    return x.rank() == 4 ? Shape{w[0], x[1], x[2], x[3]} : w;
}

Descriptor bias_of(bool has_bias, const Shape& w) {
    return has_bias ? descriptor_of(plain_layout({{w[0]}})) : Descriptor();
}

dnnl::inner_product_forward::primitive_desc forward(const framework::Linear& op, const Shape& x,
                                                    const Shape& w, const Shape& y) {
    dnnl::primitive_attr attr = user_scratchpad();
    if (op.relu) {
        dnnl::post_ops after;
        append_eltwise(after, algorithm::eltwise_relu, 0.0F, 0.0F);
        attr.set_post_ops(after);
    }
    return describe<dnnl::inner_product_forward>(attr, dnnl::prop_kind::forward_training, any_layout({x}),
                                                 any_layout({weights_like(x, w)}), bias_of(op.bias, w),
                                                 descriptor_of(plain_layout({y})));
}

}  // namespace

Kernel make_kernel(const framework::Linear& op, const Operands& in, const Types& out) {
    const auto pd = forward(op, in[0].type.shape, in[1].type.shape, out[0].shape);
    return primitive_kernel<dnnl::inner_product_forward>(pd, {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS},
                                                         {DNNL_ARG_DST});
}

Kernel make_kernel(const framework::LinearBackwardData& op, const Operands& in, const Types&) {
    const Shape &w = in[0].type.shape, &dy = in[1].type.shape;
    const auto pd = describe_backward<dnnl::inner_product_backward_data>(
        user_scratchpad(), forward({}, op.x, w, dy), any_layout({op.x}), any_layout({weights_like(op.x, w)}),
        descriptor_of(plain_layout({dy})));
    return primitive_kernel<dnnl::inner_product_backward_data>(pd, {DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
                                                               {DNNL_ARG_DIFF_SRC});
}

Kernel make_kernel(const framework::LinearBackwardWeights& op, const Operands& in, const Types&) {
    const Shape &x = in[0].type.shape, &dy = in[1].type.shape;
    const auto pd = describe_backward<dnnl::inner_product_backward_weights>(
        user_scratchpad(), forward({.bias = op.bias}, x, op.w, dy), any_layout({x}),
        any_layout({weights_like(x, op.w)}), bias_of(op.bias, op.w), descriptor_of(plain_layout({dy})));
    return primitive_kernel<dnnl::inner_product_backward_weights>(
        pd, {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST}, {DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS});
}

}  // namespace runtime
