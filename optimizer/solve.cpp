#include "optimizer/solve.h"

#include <stdexcept>

#include "framework/base/error.h"
#include "optimizer/policies/baselines.h"
#include "optimizer/policies/moving_placement.h"
#include "optimizer/policies/paper_formulation.h"
#include "optimizer/policies/solve_routes.h"
#include "optimizer/policies/static_placement.h"
#include "optimizer/proof/certificate.h"
#include "optimizer/search/stopwatch.h"
#include "optimizer/search/subgradient.h"

namespace optimizer {

std::string name_of(Placement placement) {
    switch (placement) {
        case Placement::dram:
            return "dram";
        case Placement::slow:
            return "slow";
        case Placement::first_touch:
            return "first-touch";
        case Placement::greedy:
            return "greedy";
        case Placement::static_:
            return "static";
        case Placement::synchronous:
            return "synchronous";
    }
    return {};
}

std::vector<Placement> placements() {
    return {Placement::dram,   Placement::slow,    Placement::first_touch,
            Placement::greedy, Placement::static_, Placement::synchronous};
}

Placement parse_placement(std::string_view name) {
    std::string known;
    for (const Placement placement : placements()) {
        if (name == name_of(placement)) return placement;
        known += (known.empty() ? "" : ", ") + name_of(placement);
    }
    throw framework::UsageError(framework::text("\"", name, "\" is no placement; there are ", known));
}

namespace {

// For what comes without a certificate: one by prices alone.
Result bounded(const Problem& problem, Result result, Freedom freedom = Freedom::synchronous) {
    if (!result.plan) return result;
    // Where everything fits, DRAM is free, and that is the best price.
    const int passes = result.plan->slow_bytes > 0 ? 150 : 0;
    const Stopwatch watch(0);
    const Instance instance(problem);
    const PricedDram priced = price_dram(instance, freedom, passes);
    result.certificate = certificate(freedom, proof(instance, priced.kernels, priced.per_unit, priced.bound));
    set_bound(result, problem, std::max(result.bound_s, priced.bound));
    result.solve_s += watch.seconds();
    return result;
}

Result solve_unjudged(Placement placement, const Problem& problem) {
    const bool paper = problem.formulation == Formulation::paper;
    switch (placement) {
        case Placement::dram:
            return bounded(problem, all_dram(problem));
        case Placement::slow:
            return bounded(problem, all_slow(problem));
        case Placement::first_touch:
            return bounded(problem, first_touch(problem));
        case Placement::greedy:
            return bounded(problem, greedy(problem));
        case Placement::static_:
            return paper ? bounded(problem, paper_formulation(problem, Freedom::static_), Freedom::static_)
                         : static_placement(problem);
        case Placement::synchronous:
            return paper ? bounded(problem, paper_formulation(problem, Freedom::synchronous),
                                   Freedom::synchronous)
                         : moving_placement(problem);
    }
    return {};
}

}  // namespace

Result solve(Placement placement, const Problem& problem) {
    Result result = solve_unjudged(placement, problem);
    if (result.plan && problem.slow_capacity > 0 && result.plan->slow_bytes > problem.slow_capacity) {
        result.status = Status::infeasible;
        result.reason =
            framework::text("the plan needs ", framework::print_bytes(result.plan->slow_bytes),
                            " of slow memory, and there are ", framework::print_bytes(problem.slow_capacity),
                            "; give --slow a place with more room, or a larger --dram: with about ",
                            framework::print_bytes(problem.schedule.peak_bytes()), " none is needed");
        result.plan.reset();
    }
    if (result.plan) {
        const std::string fault =
            framework::validate(problem.schedule, *result.plan, problem.dram_budget, problem.slow_capacity);
        if (!fault.empty()) {
            throw std::logic_error(
                framework::text("the ", name_of(placement), " placement is broken: ", fault));
        }
    }
    return result;
}

}  // namespace optimizer
