#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

using dnnl::algorithm;
using framework::Shape;

namespace {

// w (O, I) as x's own dimensions split I, so that oneDNN may block both alike: the bytes of a row-major w are
// the same under either shape.
Shape weights_like(const Shape& x, const Shape& w) {
    return x.rank() == 4 ? Shape{w[0], x[1], x[2], x[3]} : w;
}

dnnl::inner_product_forward::primitive_desc forward(const framework::Linear& op, const Shape& x,
                                                    const Shape& w, const Shape& y) {
    dnnl::primitive_attr attr = user_scratchpad();
    if (op.relu) {
        dnnl::post_ops after;
        after.append_eltwise(1.0F, algorithm::eltwise_relu, 0.0F, 0.0F);
        attr.set_post_ops(after);
    }
    const Layout bias = op.bias ? plain_layout({{w[0]}}) : Layout();
    const dnnl::inner_product_forward::desc desc(dnnl::prop_kind::forward_training, any_layout({x}),
                                                 any_layout({weights_like(x, w)}), bias, plain_layout({y}));
    return {desc, attr, engine()};
}

}  // namespace

Kernel make_kernel(const framework::Linear& op, const Operands& in, const Types& out) {
    const auto pd = forward(op, in[0].type.shape, in[1].type.shape, out[0].shape);
    return primitive_kernel<dnnl::inner_product_forward>(pd, {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS},
                                                         {DNNL_ARG_DST});
}

Kernel make_kernel(const framework::LinearBackwardData& op, const Operands& in, const Types&) {
    const Shape &w = in[0].type.shape, &dy = in[1].type.shape;
    const dnnl::inner_product_backward_data::desc desc(
        any_layout({op.x}), any_layout({weights_like(op.x, w)}), plain_layout({dy}));
    const dnnl::inner_product_backward_data::primitive_desc pd(desc, user_scratchpad(), engine(),
                                                               forward({}, op.x, w, dy));
    return primitive_kernel<dnnl::inner_product_backward_data>(pd, {DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
                                                               {DNNL_ARG_DIFF_SRC});
}

Kernel make_kernel(const framework::LinearBackwardWeights& op, const Operands& in, const Types&) {
    const Shape &x = in[0].type.shape, &dy = in[1].type.shape;
    const Layout bias = op.bias ? plain_layout({{op.w[0]}}) : Layout();
    const dnnl::inner_product_backward_weights::desc desc(
        any_layout({x}), any_layout({weights_like(x, op.w)}), bias, plain_layout({dy}));
    const dnnl::inner_product_backward_weights::primitive_desc pd(desc, user_scratchpad(), engine(),
                                                                  forward({.bias = op.bias}, x, op.w, dy));
    return primitive_kernel<dnnl::inner_product_backward_weights>(
        pd, {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST}, {DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS});
}

}  // namespace runtime
