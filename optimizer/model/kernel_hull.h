// Affine functions below a kernel's times, as near to them as there are:
//
//   constant + Σ_{operands in slow memory} penalty ≤ seconds(slow operands)   for every set of operands
//
// Where each operand is in slow memory for a share, the lower convex hull of the times says what the kernel
// takes at the least:
//   hull(share) = min Σ_S λ[S] · seconds(S)   with λ ≥ 0, Σ_S λ[S] = 1, Σ_{S holds i} λ[S] = share[i]
// The duals of this linear program are a function that touches the hull there.
#pragma once

#include <span>
#include <vector>

#include "optimizer/model/instance.h"

namespace optimizer {

struct AffineFunction {
    double constant = 0;
    std::vector<double> penalty;  // by operand

    double at(std::span<const double> share) const;
};

// The function that touches the hull at these shares.
AffineFunction touch_hull(const KernelTable& kernel, std::span<const double> share);

// The set of operands in slow memory for which seconds − Σ penalty is least, and that difference: the largest
// constant of a function with these penalties.
struct Nearest {
    std::uint64_t slow = 0;
    double constant = 0;
};
Nearest nearest_set(const KernelTable& kernel, std::span<const double> penalty);

}  // namespace optimizer
