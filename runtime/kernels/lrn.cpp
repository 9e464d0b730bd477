#include "runtime/kernels/kernels.h"

namespace runtime {

using framework::Bytes;
using framework::Lrn;

namespace {

dnnl::lrn_forward::primitive_desc forward(const Lrn& op, const Layout& layout) {
    const dnnl::lrn_forward::desc desc(dnnl::prop_kind::forward_training,
                                       dnnl::algorithm::lrn_across_channels, layout, op.size, op.alpha,
                                       op.beta, op.k);
    return {desc, user_scratchpad(), engine()};
}

}  // namespace

Kernel make_kernel(const Lrn& op, const Operands& in, const Types&) {
    const Layout x = settled_or_plain(in[0]);
    const auto pd = forward(op, x);
    return {.primitive = dnnl::lrn_forward(pd),
            .read_args = {DNNL_ARG_SRC},
            .write_args = {DNNL_ARG_DST, DNNL_ARG_WORKSPACE},
            .reads = {x},
            .writes = {x, pd.workspace_desc()},
            .scratch = static_cast<Bytes>(pd.scratchpad_desc().get_size()),
            .implementation = pd.impl_info_str()};
}

Kernel make_kernel(const framework::LrnBackward& op, const Operands& in, const Types&) {
    const Layout x = settled_or_plain(in[0]);
    const auto hint = forward(op.forward, x);
    const dnnl::lrn_backward::desc desc(dnnl::algorithm::lrn_across_channels, x, x, op.forward.size,
                                        op.forward.alpha, op.forward.beta, op.forward.k);
    const dnnl::lrn_backward::primitive_desc pd(desc, user_scratchpad(), engine(), hint);
    return {.primitive = dnnl::lrn_backward(pd),
            .read_args = {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_WORKSPACE},
            .write_args = {DNNL_ARG_DIFF_SRC},
            .reads = {x, x, hint.workspace_desc()},
            .writes = {x},
            .scratch = static_cast<Bytes>(pd.scratchpad_desc().get_size()),
            .implementation = pd.impl_info_str()};
}

}  // namespace runtime
