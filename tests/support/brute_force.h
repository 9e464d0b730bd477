// The best placement by trying all of them, on graphs small enough for that.
#pragma once

#include "optimizer/problem.h"

namespace support {

// The seconds of the best static placement. It tries all 2^storages: each storage stays in one tier. -1 if
// none fits.
framework::Seconds best_static(const optimizer::Problem& problem);

// The seconds of the best synchronous placement. For each use of each storage it tries: in DRAM or not, and
// if in DRAM, held since the use before or not. It shares no code with the solvers: it plays residencies use
// by use.
framework::Seconds best_synchronous(const optimizer::Problem& problem);

}  // namespace support
