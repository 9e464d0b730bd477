// Prices of DRAM by subgradient steps on the bound of bounds.h: in milliseconds within a percent of the best
// bound, and a stock of routes for the linear program to choose from.
#pragma once

#include <vector>

#include "optimizer/model/bounds.h"

namespace optimizer {

struct PricedDram {
    KernelFunctions kernels;
    ByStep<double> per_unit;
    double bound = 0;  // at these prices
    // Each once: the cheapest at these prices, then those that were the cheapest on the way.
    ByItem<std::vector<Route>> routes;
};

// More passes hardly raise the bound.
constexpr int price_passes = 150;

PricedDram price_dram(const Instance& instance, Freedom freedom, int passes = price_passes);

}  // namespace optimizer
