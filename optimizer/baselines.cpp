#include "optimizer/baselines.h"

#include "framework/error.h"
#include "optimizer/plan_builder.h"

namespace optimizer {

using framework::text;
using framework::Tier;

Result all_dram(const Problem& problem) {
    const Model model(problem);
    const Routes routes = routes_in(model, Tier::dram);
    Result result;
    result.plan = build_plan(model, routes).plan;
    if (result.plan->dram_bytes > problem.dram_budget) {
        result.reason = text("everything in DRAM takes ", framework::print_bytes(result.plan->dram_bytes),
                             ", the budget is ", framework::print_bytes(problem.dram_budget),
                             "; give at least that, or choose a placement that uses slow memory");
        result.plan.reset();
        return result;
    }
    result.status = Status::optimal;
    result.predicted_s = result.bound_s = predicted_seconds(model, routes);
    return result;
}

Result all_slow(const Problem& problem) {
    const Model model(problem);
    const Routes routes = routes_in(model, Tier::slow);
    Result result;
    result.status = Status::feasible;
    result.plan = build_plan(model, routes).plan;
    result.predicted_s = predicted_seconds(model, routes);
    return result;
}

}  // namespace optimizer
