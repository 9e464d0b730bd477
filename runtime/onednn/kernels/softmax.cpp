#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

namespace {

dnnl::softmax_forward::primitive_desc forward(const Layout& layout) {
    return {{dnnl::prop_kind::forward_training, layout, 1}, user_scratchpad(), engine()};
}

}  // namespace

Kernel make_kernel(const framework::Softmax&, const Operands& in, const Types&) {
    const auto pd = forward(settled_or_plain(in[0]));
    return primitive_kernel<dnnl::softmax_forward>(pd, {DNNL_ARG_SRC}, {DNNL_ARG_DST});
}

Kernel make_kernel(const framework::SoftmaxBackward&, const Operands& in, const Types&) {
    const Layout y = settled_or_plain(in[0]);
    const dnnl::softmax_backward::primitive_desc pd({y, y, 1}, user_scratchpad(), engine(), forward(y));
    return primitive_kernel<dnnl::softmax_backward>(pd, {DNNL_ARG_DST, DNNL_ARG_DIFF_DST},
                                                    {DNNL_ARG_DIFF_SRC});
}

}  // namespace runtime
