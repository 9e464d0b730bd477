#include "framework/base/error.h"
#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

using dnnl::algorithm;
using framework::Pool2d;
using framework::Shape;

namespace {

struct Geometry {
    algorithm how;
    Dims stride, kernel, dilation, before, after;
};

Geometry geometry_of(const Pool2d& op) {
    const framework::Window2d& w = op.window;
    const algorithm how = op.rule == Pool2d::maximum ? algorithm::pooling_max
                          : op.count_padding         ? algorithm::pooling_avg_include_padding
                                                     : algorithm::pooling_avg_exclude_padding;
    return {how,
            {w.stride.height, w.stride.width},
            {op.kernel.height, op.kernel.width},
            {w.dilation.height - 1, w.dilation.width - 1},  // oneDNN counts the gaps
            {w.padding.top, w.padding.left},
            {w.padding.bottom, w.padding.right}};
}

Pooling::primitive_desc forward(const Pool2d& op, const Layout& x, const Layout& y) {
    const Geometry g = geometry_of(op);
    const auto kind = op.training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    return describe<Pooling>(user_scratchpad(), kind, g.how, descriptor_of(x), descriptor_of(y), g.stride,
                             g.kernel, g.dilation, g.before, g.after);
}

}  // namespace

Kernel make_kernel(const Pool2d& op, const Operands& in, const Types& out) {
    const Layout x = settled_or_plain(in[0]);
    const auto pd = forward(op, x, layout_like(x, out[0]));
    return primitive_kernel<Pooling>(pd, {DNNL_ARG_SRC}, {DNNL_ARG_DST, DNNL_ARG_WORKSPACE});
}

Kernel make_kernel(const framework::Pool2dBackward& op, const Operands& in, const Types& out) {
    const Layout dy = settled_or_plain(in[0]);
    const Layout dx = layout_like(dy, out[0]);
    const Geometry g = geometry_of(op.pool);
    const auto pd = describe_backward<PoolingBackward>(user_scratchpad(), forward(op.pool, dx, dy), g.how,
                                                       descriptor_of(dx), descriptor_of(dy), g.stride,
                                                       g.kernel, g.dilation, g.before, g.after);
    return primitive_kernel<PoolingBackward>(pd, {DNNL_ARG_DIFF_DST, DNNL_ARG_WORKSPACE},
                                             {DNNL_ARG_DIFF_SRC});
}

}  // namespace runtime
