#include "optimizer/policies/solve_routes.h"

#include <algorithm>
#include <functional>

#include "framework/base/error.h"
#include "optimizer/model/tolerances.h"
#include "optimizer/policies/baselines.h"
#include "optimizer/search/search.h"

namespace optimizer {

using framework::Bytes;
using framework::Residency;
using framework::Tier;

bool within_limits(const Problem& problem, const framework::Plan& plan) {
    return plan.arena[Tier::dram] <= problem.dram_budget &&
           (problem.slow_capacity == 0 || plan.arena[Tier::slow] <= problem.slow_capacity);
}

void set_bound(Result& result, const Instance& instance, const SolverOptions& options,
               framework::Seconds bound) {
    framework::Seconds all_dram = 0;  // above the plan's time where slow memory is the faster one
    for (const KernelTable& kernel : instance.kernels) all_dram += kernel.all_dram();
    if (bound > result.predicted_s + tolerance::bound_above_plan * std::max(result.predicted_s, all_dram)) {
        throw std::logic_error(
            framework::text("a bound of ", bound, " s is above a plan of ", result.predicted_s, " s"));
    }
    result.bound_s = std::min(bound, result.predicted_s);
    result.gap = result.predicted_s > 0 ? (result.predicted_s - result.bound_s) / result.predicted_s : 0;
    result.status = result.gap <= options.gap ? Status::optimal : Status::feasible;
}

void set_effort(Result& result, const Effort& effort) {
    result.work = effort.work();
    result.solve_s = effort.seconds();
    result.stopped = result.status == Status::optimal ? Stopped::gap
                     : effort.left()                  ? Stopped::exhausted
                     : effort.timed()                 ? Stopped::time_limit
                                                      : Stopped::work_limit;
}

bool allows(Freedom freedom, const framework::Plan& plan) {
    if (freedom == Freedom::synchronous) return true;
    std::vector<framework::StorageId> storages;
    for (const Residency& r : plan.residencies) storages.push_back(r.storage);
    std::ranges::sort(storages);
    return plan.moves.empty() && std::ranges::adjacent_find(storages) == storages.end();
}

namespace {

// For a plan within the budget whose DRAM arena has gaps at its highest. Mostly a small tensor is to blame
// that lives long but not at the peak, where nothing fills its place: it goes to slow memory, if that costs
// no more than the gap asked for. Returns the number of tensors that it took.
int close_gaps(const Instance& instance, Freedom freedom, const Search& search, double gap, Built& built) {
    const Problem& problem = instance.problem;
    constexpr std::size_t most_tries = 3;
    const Bytes over = built.plan.arena[Tier::dram] - built.dram_lower_bound;
    const framework::Seconds enough = std::max(search.seconds(), search.bound() / (1 - gap));
    const ByStep<Bytes> live = framework::live_bytes(problem.schedule, built.plan, Tier::dram);
    std::vector<const Residency*> suspects;
    for (const Residency& r : built.plan.residencies) {
        const Bytes bytes = framework::aligned(problem.schedule.storages()[r.storage].bytes);
        if (r.tier != Tier::dram || bytes != over || instance.item_of[r.storage] < 0) continue;
        const bool at_peak = std::any_of(live.begin() + r.live.first, live.begin() + r.live.last,
                                         [&](Bytes at) { return at == built.dram_lower_bound; });
        if (!at_peak) suspects.push_back(&r);
    }
    std::ranges::stable_sort(suspects, std::greater{},
                             [](const auto* r) { return r->live.last - r->live.first; });
    suspects.resize(std::min(suspects.size(), most_tries));
    for (const Residency* suspect : suspects) {
        Routes routes = search.routes();
        const ItemId item = instance.item_of[suspect->storage];
        routes[item] = least_route(instance.items[item], freedom);
        if (predicted_seconds(instance, routes) > enough) continue;
        Built without = build_plan(instance, routes, problem.dram_budget);
        if (without.plan.arena[Tier::dram] > without.dram_lower_bound ||
            !within_limits(problem, without.plan))
            continue;
        built = std::move(without);
        return 1;
    }
    return 0;
}

Result search_placement(const Instance& instance, Freedom freedom, const SolverOptions& options,
                        Effort& effort) {
    const Problem& problem = instance.problem;
    Result result;
    Search search(instance, freedom, options, effort);
    Built built;
    if (problem.schedule.peak_bytes() <= problem.dram_budget) {
        built = build_plan(instance, dram_routes(instance), problem.dram_budget);
        if (built.plan.arena[Tier::dram] <= problem.dram_budget) search.settle_for(dram_routes(instance));
    }
    for (Bytes more = 1; search.routes().empty() || built.plan.arena[Tier::dram] > problem.dram_budget;
         more *= 2) {
        if (more > 1) {
            ByStep<Bytes> cut = overhang(problem.schedule, built.plan, problem.dram_budget);
            for (Bytes& bytes : cut) bytes *= more / 2;
            ++result.refinements;
            if (search.cut(cut)) {
                search.run();
            } else {
                search.settle_for_least();
            }
        } else {
            search.run();
        }
        built = build_plan(instance, search.routes(), problem.dram_budget);
    }
    const bool has_gaps = built.plan.arena[Tier::dram] > built.dram_lower_bound;
    if (has_gaps && search.program() && options.gap < 1) {
        result.refinements += close_gaps(instance, freedom, search, options.gap, built);
    }
    if (options.keep_program && search.program()) result.program = search.program()->print();
    result.plan = std::move(built.plan);
    result.predicted_s = predicted_seconds(problem, *result.plan);
    result.certificate = search.certificate();
    set_bound(result, instance, options, search.bound());
    result.rows = search.program() ? search.program()->rows() : 0;
    result.columns = search.program() ? search.program()->columns() : 0;
    result.price_s_per_gib = search.price_s_per_gib();
    return result;
}

}  // namespace

void take_if_faster(Result& result, const Instance& instance, Freedom freedom, const SolverOptions& options,
                    const framework::Plan& plan) {
    const Problem& problem = instance.problem;
    if (!within_limits(problem, plan) || !allows(freedom, plan)) return;
    const framework::Seconds seconds = predicted_seconds(problem, plan);
    if (within_limits(problem, *result.plan) && result.predicted_s <= seconds) return;
    result.plan = plan;
    result.predicted_s = seconds;
    set_bound(result, instance, options, result.bound_s);
}

Result solve_routes(const Instance& instance, Freedom freedom, const SolverOptions& options, Effort& effort) {
    Result result = search_placement(instance, freedom, options, effort);
    if (result.predicted_s > result.bound_s || !within_limits(instance.problem, *result.plan)) {
        const auto consider = [&](const framework::Plan& plan) {
            take_if_faster(result, instance, freedom, options, plan);
        };
        if (const Result slow = all_slow(instance); slow.plan) {
            consider(*slow.plan);
            consider(*first_touch(instance).plan);
        }
        if (freedom == Freedom::synchronous) consider(*greedy(instance).plan);
        if (options.start) consider(*options.start);
    }
    set_effort(result, effort);
    return result;
}

}  // namespace optimizer
