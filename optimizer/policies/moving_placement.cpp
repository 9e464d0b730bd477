#include "optimizer/policies/moving_placement.h"

#include <algorithm>

#include "optimizer/policies/solve_routes.h"
#include "optimizer/policies/static_placement.h"
#include "optimizer/search/subgradient.h"

namespace optimizer {

// For each storage t with stops u_0 < u_1 < ... (u_0 writes it):
// Variables  dram[t,i] ∈ {0,1}: t is in DRAM while the kernel of u_i runs
//            hold[t,i] ∈ {0,1}: t stays in DRAM from u_i through u_i+1
//            spill[t,i] ∈ {0,1}: t is copied out after u_i; needed where its newest value leaves DRAM
//            run[k,c] ∈ {0,1}: k runs under tier placement c
// Minimise   Σ_k Σ_c seconds(k,c) · run[k,c] + Σ_t,i spill_s(t) · spill[t,i]
//                                            + Σ_t,i fetch_s(t) · (dram[t,i+1] − hold[t,i])
// stay[t,i]: hold[t,i] ≤ dram[t,i], hold[t,i] ≤ dram[t,i+1]
// one[k]:    Σ_c run[k,c] = 1;  agree[k,c,t] as in static_placement.cpp
// fits[s]:   Σ_{u_i = s} units(t) · dram[t,i] + Σ_{u_i < s < u_i+1} units(t) · hold[t,i] ≤ room[s]
// dram[t,i] = 1 where the kernel of u_i must find t there
// A persistent storage is in DRAM for the whole iteration, or starts and ends it in slow memory.
//
// Solved over routes, a path through the choices of one storage: see route.h and search/route_program.h.
Result moving_placement(const Instance& instance, const SolverOptions& options) {
    const Problem& problem = instance.problem;
    Effort effort(options);
    Result result = solve_routes(instance, Freedom::synchronous, options, effort);
    const bool fits = within_limits(problem, *result.plan);
    if (fits && result.predicted_s <= result.bound_s) return result;
    // Where moves help little, both placements come within their gaps of one another. The better is ours,
    // unless the bound says that no static placement can be.
    if (!fits || result.predicted_s > price_dram(instance, Freedom::static_).bound) {
        SolverOptions rest = options;
        rest.keep_program = false;
        if (options.time_limit) rest.time_limit = effort.seconds_left();
        const Result fixed = static_placement(instance, rest);
        if (fixed.plan) take_if_faster(result, instance, Freedom::synchronous, options, *fixed.plan);
        result.work += fixed.work;
    }
    result.solve_s = effort.seconds();
    return result;
}

}  // namespace optimizer
