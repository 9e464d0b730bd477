#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

using framework::Lrn;

namespace {

dnnl::lrn_forward::primitive_desc forward(const Lrn& op, const Layout& layout) {
    return describe_lrn(user_scratchpad(), descriptor_of(layout), op.size, op.alpha, op.beta, op.k);
}

}  // namespace

Kernel make_kernel(const Lrn& op, const Operands& in, const Types&) {
    const auto pd = forward(op, settled_or_plain(in[0]));
    return primitive_kernel<dnnl::lrn_forward>(pd, {DNNL_ARG_SRC}, {DNNL_ARG_DST, DNNL_ARG_WORKSPACE});
}

Kernel make_kernel(const framework::LrnBackward& op, const Operands& in, const Types&) {
    const Layout x = settled_or_plain(in[0]);
    const auto hint = forward(op.forward, x);
    const auto pd = describe_lrn_backward(user_scratchpad(), hint, descriptor_of(x), op.forward.size,
                                          op.forward.alpha, op.forward.beta, op.forward.k);
    Primitive lrn =
        primitive_of<dnnl::lrn_backward>(pd, {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST}, {DNNL_ARG_DIFF_SRC});
    const Descriptor workspace = hint.workspace_desc();  // the forward pass writes it in any case
    lrn.reads.push_back({DNNL_ARG_WORKSPACE, workspace, layout_of(workspace)});
    return kernel_of(lrn);
}

}  // namespace runtime
