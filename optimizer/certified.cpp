#include "optimizer/certified.h"

#include <algorithm>

#include "framework/error.h"
#include "optimizer/feasibility.h"
#include "optimizer/search.h"

namespace optimizer {

using framework::Bytes;
using framework::Residency;
using framework::Tier;

namespace {

// By step: how far the layout sticks out of the budget there.
std::vector<Bytes> overhang(const framework::Schedule& schedule, const Built& built, Bytes budget) {
    std::vector<Bytes> cut(static_cast<std::size_t>(schedule.steps()), 0);
    for (const Residency& r : built.plan.residencies) {
        if (r.tier != Tier::dram) continue;
        const Bytes end =
            r.offset + framework::aligned(schedule.storages()[static_cast<std::size_t>(r.storage)].bytes);
        for (int step = r.live.first; end > budget && step < r.live.last; ++step) {
            Bytes& most = cut[static_cast<std::size_t>(step)];
            most = std::max(most, end - budget);
        }
    }
    return cut;
}

}  // namespace

Result certified_placement(const Problem& problem, Freedom freedom) {
    const Stopwatch watch(problem.time_limit);
    Result result;
    result.reason = infeasible_reason(problem);
    if (!result.reason.empty()) return result;

    Model model(problem);
    Search search(model, freedom);
    Built built;
    if (problem.schedule.peak_bytes() <= problem.dram_budget) {
        built = build_plan(model, routes_in(model, Tier::dram), problem.dram_budget);
        if (built.plan.dram_bytes <= problem.dram_budget) search.settle_for(routes_in(model, Tier::dram));
    }
    for (Bytes more = 1; search.routes().empty() || built.plan.dram_bytes > problem.dram_budget; more *= 2) {
        if (more > 1) {
            std::vector<Bytes> cut = overhang(problem.schedule, built, problem.dram_budget);
            for (Bytes& bytes : cut) bytes *= more / 2;
            search.cut(cut);
            ++result.refinements;
        }
        search.run(problem.gap, watch);
        built = build_plan(model, search.routes(), problem.dram_budget);
    }
    result.solve_s = watch.seconds();
    if (problem.slow_capacity > 0 && built.plan.slow_bytes > problem.slow_capacity) {
        result.reason = framework::text("the plan takes ", framework::print_bytes(built.plan.slow_bytes),
                                        " of slow memory, of which there are ",
                                        framework::print_bytes(problem.slow_capacity),
                                        "; give more of it, or a larger DRAM budget");
        return result;
    }
    if (!problem.write_lp.empty() && search.master()) search.master()->write_lp(problem.write_lp);
    result.plan = std::move(built.plan);
    result.predicted_s = search.seconds();
    result.bound_s = search.bound();
    result.gap = search.gap();
    result.status = result.gap <= problem.gap ? Status::optimal : Status::feasible;
    result.rows = search.master() ? search.master()->rows() : 0;
    result.columns = search.master() ? search.master()->columns() : 0;
    result.price_s_per_gib = search.price_s_per_gib();
    return result;
}

}  // namespace optimizer
