// The front door: a placement by name, solved and judged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "optimizer/problem.h"
#include "optimizer/solver_options.h"

namespace optimizer {

enum class Placement { dram, slow, first_touch, greedy, static_, synchronous };
std::string name_of(Placement placement);          // "first-touch"
Placement parse_placement(std::string_view name);  // throws UsageError, naming those there are
std::vector<Placement> placements();               // all of them, from the simplest on

// The plan has passed framework::validate().
Result solve(Placement placement, const Problem& problem, const SolverOptions& options = {});

// Predicted for the plan of Placement::slow; 0 where it fits no memory.
framework::Seconds all_slow_seconds(const Problem& problem);

}  // namespace optimizer
