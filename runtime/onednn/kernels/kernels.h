// The kernels of each op: one file for each op, or for several ops that share their arithmetic.
#pragma once

#include "runtime/onednn/primitive.h"

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

// Convolutions have two algorithms, direct and Winograd; `options` says whether Winograd may be used.
Kernel make_kernel(const framework::Conv2d& op, const Operands& in, const Types& out,
                   const KernelOptions& options);
Kernel make_kernel(const framework::Conv2dBackwardData& op, const Operands& in, const Types& out,
                   const KernelOptions& options);
Kernel make_kernel(const framework::Conv2dBackwardWeights& op, const Operands& in, const Types& out,
                   const KernelOptions& options);

// Copies the seen part of `from` (a slice or all of it) to the seen part of `to`.
struct Seen {
    Layout layout;
    Descriptor seen = descriptor_of(layout);
};
Primitive reorder_primitive(const Seen& from, const Seen& to);

// The layout a kernel settles on for an operand that it can read in any plain or blocked layout.
Layout settled_or_plain(const Operand& operand);
// The same, but only a layout that channel_groups() supports.
Layout grouped_or_plain(const Operand& operand);

}  // namespace runtime
