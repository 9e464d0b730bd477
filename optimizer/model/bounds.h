// The problem without its capacity rows and with each kernel's time replaced by an affine function below it:
// what is left falls apart into one shortest path per storage. For any prices of DRAM its value is a lower
// bound:
//
//   bound(p) = Σ_k constant[k] − Σ_s p[s] · room[s]
//            + Σ_t min over routes of t { moves + Σ_stops penalty, where slow
//                                               + Σ_steps in DRAM size(t) · p[step] }
//
// with p ≥ 0 seconds per unit of size at each step (Lagrange multipliers of the capacity rows).
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "optimizer/model/route.h"

namespace optimizer {

// No placement that keeps to what a search has settled is cheaper, in all of Instance::room; and none that
// keeps to Instance::usable.
struct Bounds {
    double whole = 0, usable = 0;

    void raise(const Bounds& other) {
        whole = std::max(whole, other.whole);
        usable = std::max(usable, other.usable);
    }
};

// constant + Σ_{operands in slow memory} penalty ≤ seconds(k, slow operands), for every kernel and every set
// of operands: functions that touch the hulls of the kernels' times (kernel_hull.h) where `slow_share`, the
// share of each stop that is in slow memory, points to.
struct KernelBounds {
    double constant = 0;            // of all kernels
    std::vector<double> constants;  // by step
    std::vector<double> penalty;    // by stop
};
KernelBounds kernel_bounds(const Instance& instance, std::span<const double> slow_share);

struct DramPrices {
    explicit DramPrices(std::span<const double> per_unit);  // by step

    double at(framework::Step step) const {
        return until_[static_cast<std::size_t>(step) + 1] - until_[step];
    }
    double over(int first, int last) const { return until_[last] - until_[first]; }

  private:
    std::vector<double> until_;  // sums
};

// The cheapest route of an item at these prices; `penalty` by stop of the whole instance, `allowed` by stop
// of the item, or empty.
double priced_route(const Instance& instance, int item, const DramPrices& prices,
                    std::span<const double> penalty, Freedom freedom, Route& route,
                    std::span<const unsigned char> allowed = {});

std::vector<double> in_units(const Instance& instance, const std::vector<framework::Bytes>& bytes);

// The cost of a route itself: its moves and its penalties.
double route_cost(const Instance& instance, int item, const Route& route, std::span<const double> penalty);

}  // namespace optimizer
