#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

namespace {

dnnl::softmax_forward::primitive_desc forward(const Layout& layout) {
    return describe_softmax(user_scratchpad(), descriptor_of(layout), 1);
}

}  // namespace

Kernel make_kernel(const framework::Softmax&, const Operands& in, const Types&) {
    const auto pd = forward(settled_or_plain(in[0]));
    return primitive_kernel<dnnl::softmax_forward>(pd, {DNNL_ARG_SRC}, {DNNL_ARG_DST});
}

Kernel make_kernel(const framework::SoftmaxBackward&, const Operands& in, const Types&) {
    const Layout y = settled_or_plain(in[0]);
    const auto pd = describe_softmax_backward(user_scratchpad(), forward(y), descriptor_of(y), 1);
    return primitive_kernel<dnnl::softmax_backward>(pd, {DNNL_ARG_DST, DNNL_ARG_DIFF_DST},
                                                    {DNNL_ARG_DIFF_SRC});
}

}  // namespace runtime
