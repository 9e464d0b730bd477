#include "framework/base/error.h"
#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

using dnnl::algorithm;
using dnnl::memory;
using framework::Pool2d;
using framework::Shape;

namespace {

dnnl::pooling_v2_forward::primitive_desc forward(const Pool2d& op, const Layout& x, const Layout& y) {
    const framework::Window2d& w = op.window;
    const algorithm how = op.rule == Pool2d::maximum ? algorithm::pooling_max
                          : op.count_padding         ? algorithm::pooling_avg_include_padding
                                                     : algorithm::pooling_avg_exclude_padding;
    const auto kind = op.training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const dnnl::pooling_v2_forward::desc desc(
        kind, how, x, y, {w.stride.height, w.stride.width}, {op.kernel.height, op.kernel.width},
        {w.dilation.height - 1, w.dilation.width - 1}, {w.padding.top, w.padding.left},
        {w.padding.bottom, w.padding.right});
    return {desc, user_scratchpad(), engine()};
}

}  // namespace

Kernel make_kernel(const Pool2d& op, const Operands& in, const Types& out) {
    const Layout x = settled_or_plain(in[0]);
    const auto pd = forward(op, x, layout_like(x, out[0]));
    return primitive_kernel<dnnl::pooling_v2_forward>(pd, {DNNL_ARG_SRC}, {DNNL_ARG_DST, DNNL_ARG_WORKSPACE});
}

Kernel make_kernel(const framework::Pool2dBackward& op, const Operands& in, const Types& out) {
    const Layout dy = settled_or_plain(in[0]);
    const Layout dx = layout_like(dy, out[0]);
    const framework::Window2d& w = op.pool.window;
    const auto hint = forward(op.pool, dx, dy);
    const algorithm how = op.pool.rule == Pool2d::maximum ? algorithm::pooling_max
                          : op.pool.count_padding         ? algorithm::pooling_avg_include_padding
                                                          : algorithm::pooling_avg_exclude_padding;
    const dnnl::pooling_v2_backward::desc desc(
        how, dx, dy, {w.stride.height, w.stride.width}, {op.pool.kernel.height, op.pool.kernel.width},
        {w.dilation.height - 1, w.dilation.width - 1}, {w.padding.top, w.padding.left},
        {w.padding.bottom, w.padding.right});
    const dnnl::pooling_v2_backward::primitive_desc pd(desc, user_scratchpad(), engine(), hint);
    return primitive_kernel<dnnl::pooling_v2_backward>(pd, {DNNL_ARG_DIFF_DST, DNNL_ARG_WORKSPACE},
                                                       {DNNL_ARG_DIFF_SRC});
}

}  // namespace runtime
