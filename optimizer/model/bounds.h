// A lower bound on the time of every placement, for any prices of DRAM. Without the capacity rows, and with
// an affine function below each kernel's times, the problem falls apart into one shortest path per storage:
//
//   bound(p) = Σ_k constant[k] − Σ_s p[s] · room[s]
//            + Σ_t min over routes of t { moves + Σ_stops penalty, where slow
//                                               + Σ_steps in DRAM size(t) · p[step] }
//
// with p ≥ 0 seconds per unit of size at each step (Lagrange multipliers of the capacity rows).
#pragma once

#include <algorithm>
#include <vector>

#include "optimizer/model/route.h"

namespace optimizer {

// Lower bounds for the placements that keep to a search's restrictions.
struct Bounds {
    double whole = 0;   // of those within Instance::room
    double usable = 0;  // of those within Instance::usable

    void raise(const Bounds& other) {
        whole = std::max(whole, other.whole);
        usable = std::max(usable, other.usable);
    }
};

// By operand of each kernel (bit of its KernelTable): the share of it that is in slow memory.
using SlowShares = ByStep<std::vector<double>>;
SlowShares nothing_slow(const Instance& instance);

// The functions that touch the hulls of the kernels' times at these shares (kernel_hull.h).
KernelFunctions touch_hulls(const Instance& instance, const SlowShares& shares);
double sum_of_constants(const KernelFunctions& functions);

class DramPrices {
  public:
    explicit DramPrices(const ByStep<double>& per_unit);

    double at(framework::Step step) const { return until_[step + 1] - until_[step]; }
    double over(framework::Step first, framework::Step last) const { return until_[last] - until_[first]; }

  private:
    ByStep<double> until_;  // sums of the prices before a step
};

// The cheapest route of an item at these prices, and its price. `allowed`: empty for anything.
double priced_route(const Instance& instance, ItemId id, const DramPrices& prices,
                    const KernelFunctions& functions, Freedom freedom, Route& route,
                    const ByStop<Allowed>& allowed = {});

// The cost of a route without DRAM: its moves and its penalties.
double route_cost(const Instance& instance, ItemId id, const Route& route, const KernelFunctions& functions);

ByStep<double> in_units(const Instance& instance, const ByStep<framework::Bytes>& bytes);

}  // namespace optimizer
