// The kernels of each op; one file an op, or a family that shares its arithmetic.
#pragma once

#include "runtime/kernel.h"

namespace runtime {

using framework::Types;

#define AUTOTM_KERNEL(OP) Kernel make_kernel(const framework::OP& op, const Operands& in, const Types& out);
AUTOTM_KERNEL(Fill)
AUTOTM_KERNEL(Linear)
AUTOTM_KERNEL(LinearBackwardData)
AUTOTM_KERNEL(LinearBackwardWeights)
AUTOTM_KERNEL(BatchNorm)
AUTOTM_KERNEL(BatchNormBackward)
AUTOTM_KERNEL(BatchNormInference)
AUTOTM_KERNEL(Eltwise)
AUTOTM_KERNEL(EltwiseBackward)
AUTOTM_KERNEL(Pool2d)
AUTOTM_KERNEL(Pool2dBackward)
AUTOTM_KERNEL(AdaptiveAvgPool2d)
AUTOTM_KERNEL(AdaptiveAvgPool2dBackward)
AUTOTM_KERNEL(Lrn)
AUTOTM_KERNEL(LrnBackward)
AUTOTM_KERNEL(Dropout)
AUTOTM_KERNEL(DropoutBackward)
AUTOTM_KERNEL(Add)
AUTOTM_KERNEL(Multiply)
AUTOTM_KERNEL(Concat)
AUTOTM_KERNEL(Slice)
AUTOTM_KERNEL(SliceBackward)
AUTOTM_KERNEL(Reshape)
AUTOTM_KERNEL(Softmax)
AUTOTM_KERNEL(SoftmaxBackward)
AUTOTM_KERNEL(CrossEntropy)
AUTOTM_KERNEL(CrossEntropyBackward)
AUTOTM_KERNEL(NegativeLogLikelihood)
AUTOTM_KERNEL(NegativeLogLikelihoodBackward)
AUTOTM_KERNEL(Sgd)
#undef AUTOTM_KERNEL

// Convolutions come in two algorithms.
Kernel make_kernel(const framework::Conv2d& op, const Operands& in, const Types& out,
                   const KernelOptions& options);
Kernel make_kernel(const framework::Conv2dBackwardData& op, const Operands& in, const Types& out,
                   const KernelOptions& options);
Kernel make_kernel(const framework::Conv2dBackwardWeights& op, const Operands& in, const Types& out,
                   const KernelOptions& options);

// Copies `from` into the layout `to`.
Kernel make_reorder(const Layout& from, const Layout& to);

// What every primitive is made with: scratch is ours to place.
dnnl::primitive_attr user_scratchpad();

// The kernel of a primitive, its operands (DNNL_ARG_*) in the order of the op's; those at the
// end that this one does without, such as a bias, are left out.
template <class Primitive>
Kernel primitive_kernel(const typename Primitive::primitive_desc& pd, const std::vector<int>& reads,
                        const std::vector<int>& writes) {
    Kernel kernel{.primitive = Primitive(pd),
                  .scratch = static_cast<framework::Bytes>(pd.scratchpad_desc().get_size()),
                  .implementation = pd.impl_info_str()};
    const auto add = [&](std::vector<int>& args, std::vector<Layout>& layouts, int arg) {
        const Layout layout = pd.query_md(dnnl::query::exec_arg_md, arg);
        if (!is_settled(layout)) return;
        args.push_back(arg);
        layouts.push_back(layout);
    };
    for (const int arg : reads) add(kernel.read_args, kernel.reads, arg);
    for (const int arg : writes) add(kernel.write_args, kernel.writes, arg);
    return kernel;
}

// The layout a kernel settles on for an operand that it can read in any plain or blocked layout.
Layout settled_or_plain(const Operand& operand);
// Likewise, but one of those that channel_groups() knows.
Layout grouped_or_plain(const Operand& operand);

}  // namespace runtime
