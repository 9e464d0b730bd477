#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

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
    const auto pd = forward(op, settled_or_plain(in[0]));
    return primitive_kernel<dnnl::lrn_forward>(pd, {DNNL_ARG_SRC}, {DNNL_ARG_DST, DNNL_ARG_WORKSPACE});
}

Kernel make_kernel(const framework::LrnBackward& op, const Operands& in, const Types&) {
    const Layout x = settled_or_plain(in[0]);
    const auto hint = forward(op.forward, x);
    const dnnl::lrn_backward::desc desc(dnnl::algorithm::lrn_across_channels, x, x, op.forward.size,
                                        op.forward.alpha, op.forward.beta, op.forward.k);
    const dnnl::lrn_backward::primitive_desc pd(desc, user_scratchpad(), engine(), hint);
    Kernel kernel =
        primitive_kernel<dnnl::lrn_backward>(pd, {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST}, {DNNL_ARG_DIFF_SRC});
    kernel.read_args.push_back(DNNL_ARG_WORKSPACE);  // which the forward pass has left, whether read or not
    kernel.reads.push_back(hint.workspace_desc());
    return kernel;
}

}  // namespace runtime
