#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

namespace {

Layout common_layout(const Operands& in) {
    return is_settled(in[0].layout) ? in[0].layout : settled_or_plain(in[1]);
}

Kernel binary(dnnl::algorithm how, const Operands& in) {
    const Descriptor layout = descriptor_of(common_layout(in));
    const auto pd = describe<dnnl::binary>(user_scratchpad(), how, layout, layout, layout);
    return primitive_kernel<dnnl::binary>(pd, {DNNL_ARG_SRC_0, DNNL_ARG_SRC_1}, {DNNL_ARG_DST});
}

// A loop of our own: for a sum in nChw8c with a post-op, oneDNN 2.6 on AVX-512 writes wrong values, and
// beyond its result, if H differs from W. The loop goes over the elements of any layout; padding is zero in
// both operands and stays zero.
Kernel add_relu(const Operands& in) {
    const Layout layout = common_layout(in);
    const auto run = [count = layout.elements()](const Call& call) {
        const float *a = call.floats(0), *b = call.floats(1);
        float* y = call.result(0);
#pragma omp parallel for simd schedule(static)
        for (std::int64_t i = 0; i < count; ++i) {
            const float sum = a[i] + b[i];
            y[i] = sum > 0 ? sum : 0;
        }
    };
    return own_kernel({layout, layout}, {layout}, run);
}

}  // namespace

Kernel make_kernel(const framework::Add& op, const Operands& in, const Types&) {
    return op.relu ? add_relu(in) : binary(dnnl::algorithm::binary_add, in);
}

Kernel make_kernel(const framework::Multiply&, const Operands& in, const Types&) {
    return binary(dnnl::algorithm::binary_mul, in);
}

}  // namespace runtime
