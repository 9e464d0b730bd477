// Placements without a solver: what training without a budget uses, and what the solvers are compared with.
#pragma once

#include "optimizer/model/instance.h"

namespace optimizer {

Result all_dram(const Instance& instance);  // infeasible where the budget is below the peak
// Parameters too. In DRAM is only what a kernel must find there, for life: scratch, for one. Infeasible where
// that does not fit.
Result all_slow(const Instance& instance);

// AutoTM's baseline, after a NUMA system's first touch: in the order in which they are first needed, storages
// go to DRAM while a contiguous pool of the budget's size, best fit, 4096-aligned, has room for them,
// otherwise to slow memory for life. With DRAM for everything the pool has a tenth more. What a kernel must
// find in DRAM is set apart first, as AutoTM's pool of temporaries is; infeasible where that does not fit.
// AutoTM keeps parameters and inputs in DRAM beside the budget; here they are in it, as in any run that must
// keep to it.
Result first_touch(const Instance& instance);

// The choices that save most time per byte and step of DRAM first, among them staying in DRAM between a few
// uses only, at the cost of a spill and a prefetch; each where it still fits.
Result greedy(const Instance& instance);

}  // namespace optimizer
