// The functions (certificate.h) that are as near below a kernel's times as an affine function can be.
//
// If each operand is in slow memory for a share of the time, the lower convex hull of the kernel's times says
// how long it takes at least:
//   hull(share) = min Σ_S λ[S] · seconds(S)   with λ ≥ 0, Σ_S λ[S] = 1, Σ_{S holds i} λ[S] = share[i]
// The duals of this linear program are a function that touches the hull there.
#pragma once

#include <span>

#include "optimizer/model/instance.h"

namespace optimizer {

// The function that touches the hull at these shares.
KernelFunction touch_hull(const KernelTable& kernel, std::span<const double> share);

double value_at(const KernelFunction& function, std::span<const double> share);

// The set of operands in slow memory for which seconds − Σ penalties is least, and that difference: the
// largest constant of a function with these penalties.
struct Nearest {
    std::uint64_t slow = 0;
    double constant = 0;
};
Nearest nearest_set(const KernelTable& kernel, std::span<const double> penalties);

}  // namespace optimizer
