#include "runtime/kernels/kernels.h"

namespace runtime {

namespace {

Kernel binary(dnnl::algorithm how, const Operands& in, bool relu) {
    const Layout layout = is_settled(in[0].layout) ? in[0].layout : settled_or_plain(in[1]);
    dnnl::primitive_attr attr = user_scratchpad();
    if (relu) {
        dnnl::post_ops after;
        after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
        attr.set_post_ops(after);
    }
    const dnnl::binary::primitive_desc pd({how, layout, layout, layout}, attr, engine());
    return {.primitive = dnnl::binary(pd),
            .read_args = {DNNL_ARG_SRC_0, DNNL_ARG_SRC_1},
            .write_args = {DNNL_ARG_DST},
            .reads = {layout, layout},
            .writes = {layout},
            .scratch = static_cast<framework::Bytes>(pd.scratchpad_desc().get_size()),
            .implementation = pd.impl_info_str()};
}

}  // namespace

Kernel make_kernel(const framework::Add& op, const Operands& in, const Types&) {
    return binary(dnnl::algorithm::binary_add, in, op.relu);
}

Kernel make_kernel(const framework::Multiply&, const Operands& in, const Types&) {
    return binary(dnnl::algorithm::binary_mul, in, false);
}

}  // namespace runtime
