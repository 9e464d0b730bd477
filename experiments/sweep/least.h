// The answer of a sweep: the least DRAM with which training is nearly as fast as with everything in DRAM.
#pragma once

#include <string>
#include <vector>

#include "experiments/sweep/points.h"

namespace experiments::sweep {

// The point with the least DRAM whose time is at most 1 + `more` times the all-DRAM time; of those with
// equally much the fastest. Null if there is none.
const Point* least_dram(const std::vector<Point>& points, double more);

// "Least DRAM of the budgets tried: within 1 % of the all-DRAM time 80 % (1.22 GiB, synchronous), ..."
std::string print_least(const std::vector<Point>& points);
Json json_of_least(const std::vector<Point>& points);

}  // namespace experiments::sweep
