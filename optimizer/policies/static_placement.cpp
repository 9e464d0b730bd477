#include "optimizer/policies/static_placement.h"

#include "optimizer/feasibility.h"
#include "optimizer/policies/solve_routes.h"

namespace optimizer {

// Variables  dram[t] ∈ {0,1}: t lives in DRAM        run[k,c] ∈ {0,1}: k runs under tier placement c
// Minimise   Σ_k Σ_c seconds(k,c) · run[k,c]         one[k]: Σ_c run[k,c] = 1
// agree[k,c,t]: run[k,c] ≤ dram[t] where c has t in DRAM, else ≤ 1 − dram[t]
// dram[t] = 1 where some kernel must find t there
// fits[s]:   Σ_{t live at s} units(t) · dram[t] ≤ room[s]
//
// Solved over routes, of which a storage has two here: see search/route_program.h.
Result static_placement(const Instance& instance, const SolverOptions& options) {
    Result result;
    result.reason = for_life_reason(instance);
    if (!result.reason.empty()) return result;
    Effort effort(options);
    return solve_routes(instance, Freedom::static_, options, effort);
}

}  // namespace optimizer
