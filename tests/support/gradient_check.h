// Compares gradients with central differences, and kernels with their references.
#pragma once

#include <vector>

#include "framework/graph/op.h"
#include "tests/support/array.h"
#include "tests/support/run_kernel.h"

namespace support {

// With L = Σ dy · y over the op's first result for a random dy, and every element of every f32 operand moved
// by ± 1e-2: (L(+) − L(−)) / 2e-2 must be what the op's gradient() computes, to `tolerance` of the operand's
// largest gradient. Kernels are f32, L is summed in double: rounding alone makes errors of up to 1e-5, so
// that 1e-4 finds any mistake. Operands must keep 2e-2 away from kinks. The third derivative must be small.
struct GradientCheck {
    double tolerance = 1e-4;
    bool winograd = false;
    std::vector<std::size_t> constant = {};  // operands without a gradient: running statistics
};
void check_gradient(const framework::Op& op, const Arrays& operands, const GradientCheck& how = {});
void check_gradient(const framework::Op& op, const std::vector<framework::Shape>& normal_operands,
                    const GradientCheck& how = {});

// Runs a kernel and compares its results with `expected`, slot by slot, each to `tolerance` of its largest
// element. Results beyond those expected are not compared.
KernelResults check_kernel(const framework::Op& op, const Arrays& operands, const Arrays& expected,
                           double tolerance, const KernelRun& how = {});

}  // namespace support
