#include "runtime/kernels/kernels.h"

namespace runtime {

namespace {

dnnl::softmax_forward::primitive_desc forward(const Layout& layout) {
    return {{dnnl::prop_kind::forward_training, layout, 1}, user_scratchpad(), engine()};
}

}  // namespace

Kernel make_kernel(const framework::Softmax&, const Operands& in, const Types&) {
    const Layout x = settled_or_plain(in[0]);
    const auto pd = forward(x);
    return {.primitive = dnnl::softmax_forward(pd),
            .read_args = {DNNL_ARG_SRC},
            .write_args = {DNNL_ARG_DST},
            .reads = {x},
            .writes = {x},
            .scratch = static_cast<framework::Bytes>(pd.scratchpad_desc().get_size()),
            .implementation = pd.impl_info_str()};
}

Kernel make_kernel(const framework::SoftmaxBackward&, const Operands& in, const Types&) {
    const Layout y = settled_or_plain(in[0]);
    const dnnl::softmax_backward::primitive_desc pd({y, y, 1}, user_scratchpad(), engine(), forward(y));
    return {.primitive = dnnl::softmax_backward(pd),
            .read_args = {DNNL_ARG_DST, DNNL_ARG_DIFF_DST},
            .write_args = {DNNL_ARG_DIFF_SRC},
            .reads = {y, y},
            .writes = {y},
            .scratch = static_cast<framework::Bytes>(pd.scratchpad_desc().get_size()),
            .implementation = pd.impl_info_str()};
}

}  // namespace runtime
