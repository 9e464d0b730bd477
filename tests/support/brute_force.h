// The best placement by trying all of them, on graphs small enough for that.
#pragma once

#include "optimizer/problem.h"

namespace support {

// Every storage in either tier for life: 2^storages placements. -1 where none fits.
framework::Seconds best_static(const optimizer::Problem& problem);

// Every itinerary of every storage: at each use in DRAM or not, and if so held since the use before or not.
// Written apart from the solvers: residencies are played use by use.
framework::Seconds best_synchronous(const optimizer::Problem& problem);

}  // namespace support
