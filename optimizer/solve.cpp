#include "optimizer/solve.h"

#include <algorithm>
#include <stdexcept>

#include "framework/base/error.h"
#include "optimizer/feasibility.h"
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
Result bounded(const Instance& instance, const SolverOptions& options, Result result,
               Freedom freedom = Freedom::synchronous) {
    if (!result.plan) return result;
    // Where everything fits, DRAM is free, and that is the best price.
    const int passes = result.plan->arena[framework::Tier::slow] > 0 ? price_passes : 0;
    const Stopwatch watch;
    const PricedDram priced = price_dram(instance, freedom, passes);
    result.certificate = certificate(freedom, proof(instance, priced.kernels, priced.per_unit, priced.bound));
    set_bound(result, instance, options, std::max(result.bound_s, priced.bound));
    result.solve_s += watch.seconds();
    return result;
}

Result solve_unjudged(Placement placement, const Instance& instance, const SolverOptions& options) {
    const auto paper = [&](Freedom freedom) {
        return bounded(instance, options, paper_formulation(instance, freedom, options), freedom);
    };
    const bool routes = options.formulation == Formulation::routes;
    switch (placement) {
        case Placement::dram:
            return bounded(instance, options, all_dram(instance));
        case Placement::slow:
            return bounded(instance, options, all_slow(instance));
        case Placement::first_touch:
            return bounded(instance, options, first_touch(instance));
        case Placement::greedy:
            return bounded(instance, options, greedy(instance));
        case Placement::static_:
            return routes ? static_placement(instance, options) : paper(Freedom::static_);
        case Placement::synchronous:
            return routes ? moving_placement(instance, options) : paper(Freedom::synchronous);
    }
    return {};
}

}  // namespace

framework::Seconds all_slow_seconds(const Problem& problem) {
    const Result result = all_slow(Instance(problem));
    return result.plan && within_limits(problem, *result.plan) ? result.predicted_s : 0;
}

Result solve(Placement placement, const Problem& problem, const SolverOptions& options) {
    Result result;
    // What does not fit all in DRAM says so in words of its own.
    if (placement != Placement::dram) result.reason = infeasible_reason(problem);
    if (!result.reason.empty()) return result;
    const Instance instance(problem);
    result = solve_unjudged(placement, instance, options);
    if (result.plan && problem.slow_capacity > 0 &&
        result.plan->arena[framework::Tier::slow] > problem.slow_capacity) {
        result.status = Status::infeasible;
        result.stopped = Stopped::infeasible;
        result.reason = framework::text(
            "the plan needs ", framework::print_bytes(result.plan->arena[framework::Tier::slow]),
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
