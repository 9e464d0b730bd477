#include <string>

#include "runtime/onednn/kernels/kernels.h"

// Winograd's F(4x4, 3x3) (Lavin and Gray 2016) does a 3x3 convolution of stride 1 in a quarter of the
// multiplications. Its transforms cost accuracy: on N(0, 1) operands the largest error relative to the
// largest result is a few 1e-6 where the direct algorithm's is a few 1e-7. It pays from 64 channels on, which
// hide the transforms (measured on oneDNN 2.6). oneDNN has it for AVX-512 only; other processors use the
// direct algorithm.

namespace runtime {

using dnnl::algorithm;
using framework::Bytes;
using framework::Conv2d;
using framework::Shape;

namespace {

struct Geometry {
    Dims stride, dilation, before, after;
};

Geometry geometry_of(const Conv2d& conv) {
    const framework::Window2d& w = conv.window;
    return {{w.stride.height, w.stride.width},
            {w.dilation.height - 1, w.dilation.width - 1},  // oneDNN counts the gaps
            {w.padding.top, w.padding.left},
            {w.padding.bottom, w.padding.right}};
}

// Weights as oneDNN wants them: groups are a dimension of their own.
Descriptor any_weights(const Conv2d& conv, const Shape& w) {
    if (conv.groups == 1) return any_layout({w});
    return any_layout({{conv.groups, w[0] / conv.groups, w[1], w[2], w[3]}});
}

// The layout that an activation already has, if it is to be kept and has blocks of channels; else any layout.
Descriptor layout_for(const Operand& operand, bool as_it_is) {
    const bool keep = as_it_is && is_settled(operand.layout) && operand.layout.blocks[0].size > 1;
    return keep ? descriptor_of(operand.layout) : any_layout(operand.type);
}

// The bias; empty if there is none.
Descriptor bias_of(const Conv2d& conv, const Shape& w) {
    return conv.bias ? descriptor_of(plain_layout({{w[0]}})) : Descriptor();
}

// Excludes padding that differs on opposite sides: there oneDNN 2.6's Winograd for backward data gives a
// wrong result.
bool winograd_pays(const Conv2d& conv, const Shape& w) {
    constexpr std::int64_t channels = 64;
    const framework::Window2d& window = conv.window;
    const framework::Padding& padding = window.padding;
    return padding.top == padding.bottom && padding.left == padding.right &&
           window.stride == framework::Pair(1) && window.dilation == framework::Pair(1) && conv.groups == 1 &&
           w[2] == 3 && w[3] == 3 && w[0] >= channels && w[1] >= channels;
}

// Calls make(algorithm, whether to keep the layouts of the operands). It keeps them, which saves reorders, if
// oneDNN then still has a kernel that it compiles at run time ("jit").
template <class Make>
auto direct(const Make& make) {
    if constexpr (convolutions_disagree) {
        try {
            auto pd = make(algorithm::convolution_direct, true);
            if (std::string(pd.impl_info_str()).find("jit") != std::string::npos) return pd;
        } catch (const dnnl::error& error) {
            if (error.status == dnnl_out_of_memory) throw;
        }
    }
    return make(algorithm::convolution_direct, false);
}

// Winograd if it is worth trying, oneDNN has it, and its scratch memory is within the limit; else direct.
template <class Make>
auto best(bool worth_trying, const KernelOptions& options, const Make& make) {
    if (options.winograd && worth_trying) {
        try {
            auto pd = make(algorithm::convolution_winograd, false);
            const auto scratch = static_cast<Bytes>(pd.scratchpad_desc().get_size());
            if (options.most_scratch == 0 || scratch <= options.most_scratch) return pd;
        } catch (const dnnl::error& error) {
            if (error.status == dnnl_out_of_memory) throw;
        }
    }
    return direct(make);
}

dnnl::convolution_forward::primitive_desc forward(const Conv2d& op, algorithm how, const Descriptor& x,
                                                  const Shape& w, const Descriptor& y) {
    const Geometry g = geometry_of(op);
    dnnl::primitive_attr attr = user_scratchpad();
    if (op.relu) {
        dnnl::post_ops after;
        append_eltwise(after, algorithm::eltwise_relu, 0.0F, 0.0F);
        attr.set_post_ops(after);
    }
    const auto kind = dnnl::prop_kind::forward_training;
    return describe<dnnl::convolution_forward>(attr, kind, how, x, any_weights(op, w), bias_of(op, w), y,
                                               g.stride, g.dilation, g.before, g.after);
}

}  // namespace

Kernel make_kernel(const Conv2d& op, const Operands& in, const Types& out, const KernelOptions& options) {
    const Shape& w = in[1].type.shape;
    const auto pd = best(winograd_pays(op, w), options, [&](algorithm how, bool as_it_is) {
        return forward(op, how, layout_for(in[0], as_it_is), w, any_layout(out[0]));
    });
    return primitive_kernel<dnnl::convolution_forward>(pd, {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS},
                                                       {DNNL_ARG_DST});
}

Kernel make_kernel(const framework::Conv2dBackwardData& op, const Operands& in, const Types&,
                   const KernelOptions& options) {
    const Shape& w = in[0].type.shape;
    const Geometry g = geometry_of(op.conv);
    const auto pd = best(winograd_pays(op.conv, w), options, [&](algorithm how, bool as_it_is) {
        Conv2d plain = op.conv;
        plain.relu = plain.bias = false;
        const Descriptor dx = any_layout({op.x}), dy = layout_for(in[1], as_it_is);
        return describe_backward<dnnl::convolution_backward_data>(
            user_scratchpad(), forward(plain, how, dx, w, dy), how, dx, any_weights(op.conv, w), dy, g.stride,
            g.dilation, g.before, g.after);
    });
    return primitive_kernel<dnnl::convolution_backward_data>(pd, {DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
                                                             {DNNL_ARG_DIFF_SRC});
}

Kernel make_kernel(const framework::Conv2dBackwardWeights& op, const Operands& in, const Types&,
                   const KernelOptions& options) {
    const Geometry g = geometry_of(op.conv);
    const auto pd = best(winograd_pays(op.conv, op.w), options, [&](algorithm how, bool as_it_is) {
        Conv2d plain = op.conv;
        plain.relu = false;
        const Descriptor x = layout_for(in[0], as_it_is), dy = layout_for(in[1], as_it_is);
        return describe_backward<dnnl::convolution_backward_weights>(
            user_scratchpad(), forward(plain, how, x, op.w, dy), how, x, any_weights(op.conv, op.w),
            bias_of(op.conv, op.w), dy, g.stride, g.dilation, g.before, g.after);
    });
    return primitive_kernel<dnnl::convolution_backward_weights>(pd, {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST},
                                                                {DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS});
}

}  // namespace runtime
