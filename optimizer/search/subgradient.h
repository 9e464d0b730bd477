// Prices of DRAM by subgradient steps on the bound of bounds.h: in milliseconds within a percent of the best
// bound, and a stock of routes for the linear program to choose from.
#pragma once

#include <vector>

#include "optimizer/model/bounds.h"

namespace optimizer {

struct PricedDram {
    KernelBounds kernels;
    std::vector<double> per_unit;  // by step
    double bound = 0;              // at these prices
    std::vector<std::vector<Route>>
        routes;  // by item, each once: at these prices, then those cheapest on the way
};

PricedDram price_dram(const Instance& instance, Freedom freedom, int passes);

}  // namespace optimizer
