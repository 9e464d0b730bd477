// Data from which a lower bound on the time of every plan can be recomputed without a solver.
// proof/certificate.h makes it of a search's prices, proof/check.h checks it, model/bounds.h has the bound.
#pragma once

#include <memory>
#include <vector>

#include "framework/base/units.h"
#include "optimizer/ids.h"

namespace optimizer {

// An affine function that is nowhere above a kernel's times. For every set of its operands:
//
//   constant + Σ_{operands of the set} penalty ≤ seconds(the set in slow memory, all others in DRAM)
//
// Operands that only DRAM may serve have no penalty.
struct KernelFunction {
    framework::Seconds constant = 0;
    std::vector<framework::Seconds> penalties;  // by bit of the KernelTable

    friend bool operator==(const KernelFunction&, const KernelFunction&) = default;
};
using KernelFunctions = ByStep<KernelFunction>;  // one for each kernel

// What a route may do at one stop, as bits. The values of At (model/route.h) number them.
enum Allowed : unsigned char { only_slow = 1, only_fetched = 2, only_held = 4, only_dram = 6, anything = 7 };

struct Restriction {
    StopId stop;
    Allowed allowed = anything;

    friend auto operator<=>(const Restriction&, const Restriction&) = default;
};

struct Proof {
    ByStep<double> price;                            // of DRAM, seconds per GiB, not negative
    std::shared_ptr<const KernelFunctions> kernels;  // shared by many cases
    framework::Seconds bound_s = 0;                  // as the search computed it
};

// Cases that together cover all placements, each with a proof that none of its placements is faster.
struct Certificate {
    bool moving = true;  // covers all placements; else those without moves
    struct Case {
        std::vector<Restriction> under;  // from the root of the search tree on
        std::shared_ptr<const Proof> proof;
    };
    std::vector<Case> cases;
};

}  // namespace optimizer
