#include "optimizer/proof/plan_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

#include "framework/base/error.h"
#include "framework/plan/machine.h"
#include "optimizer/addresses/plan_builder.h"
#include "optimizer/policies/solve_routes.h"
#include "optimizer/proof/certificate.h"

namespace optimizer {

using framework::DataError;
using framework::require;
using framework::Tier;

namespace {

bool close(double a, double b) {
    constexpr double rounding = 1e-8;
    return std::abs(a - b) <= rounding * std::max(std::abs(a), std::abs(b));
}

// A kernel has at most one time for each set of its operands in slow memory.
void check_masks(const framework::Schedule& schedule, const framework::Profile& profile) {
    for (int step = 0; step < schedule.steps(); ++step) {
        const std::size_t operands = schedule.operands(step).size();
        std::set<framework::TierMask> seen;
        for (const framework::Timing& t : profile.kernels[static_cast<std::size_t>(step)].timings) {
            require<DataError>((operands >= 64 || t.slow >> operands == 0) && seen.insert(t.slow).second,
                               "of the times of kernel ", schedule.kernel(step), ", one is of operands ",
                               t.slow, ", which come twice or are more than its ", operands);
        }
    }
}

// Times that nobody measured follow from the machine; of emulated ones those in slow memory do.
void check_origin(const framework::Graph& graph, const framework::Schedule& schedule,
                  const SavedPlan& saved) {
    const bool simulated = saved.mode == "simulated", emulated = saved.mode == "emulated";
    require<DataError>(simulated || emulated || saved.mode == "measured",
                       "it does not say how its times were found");
    require<DataError>(
        (simulated || emulated) != saved.machine.empty() && (saved.machine_scale > 0) == emulated,
        "its times are called ", saved.mode, ", and its machine is \"", saved.machine, "\"");
    if (saved.machine.empty()) return;
    framework::Machine machine = framework::load_machine(saved.machine);
    if (emulated) machine = machine.scaled(saved.machine_scale);
    const auto same = [](const framework::CopyCost& a, const framework::CopyCost& b) {
        return close(a.latency, b.latency) && close(a.bytes_per_s, b.bytes_per_s);
    };
    bool holds = same(saved.profile.to_dram, machine.to_dram) && same(saved.profile.to_slow, machine.to_slow);
    for (int step = 0; step < schedule.steps(); ++step) {
        const framework::KernelProfile& kernel = saved.profile.kernels[static_cast<std::size_t>(step)];
        const framework::Seconds in_dram =
            simulated ? machine.seconds(graph, schedule, step, 0) : kernel.seconds(0);
        for (const framework::Timing& t : kernel.timings)
            holds = holds && close(t.median, machine.seconds(graph, schedule, step, t.slow, in_dram));
    }
    require<DataError>(holds, "its times are not those of the machine \"", saved.machine, "\"");
}

void check_plan(const framework::Schedule& schedule, const SavedPlan& saved) {
    const framework::Plan& plan = *saved.result.plan;
    const std::string fault = framework::validate(schedule, plan, saved.dram_budget, saved.slow_capacity);
    require<DataError>(fault.empty(), "its plan does not hold: ", fault);
    framework::Bytes dram = 0, slow = 0;
    bool only_pinned = true;
    for (const framework::Residency& r : plan.residencies) {
        const framework::Storage& storage = schedule.storages()[static_cast<std::size_t>(r.storage)];
        framework::Bytes& height = r.tier == Tier::dram ? dram : slow;
        height = std::max(height, r.offset + framework::aligned(storage.bytes));
        only_pinned = only_pinned && (r.tier == Tier::slow || !storage.tiers.holds(Tier::slow));
    }
    require<DataError>(plan.dram_bytes <= dram && plan.slow_bytes <= slow,
                       "its arenas are larger than what lies in them");
    const bool moves = saved.placement == Placement::greedy || saved.placement == Placement::synchronous;
    require<DataError>((moves || allows(Freedom::static_, plan)) &&
                           (saved.placement != Placement::dram || slow == 0) &&
                           (saved.placement != Placement::slow || only_pinned),
                       "its plan is no ", name_of(saved.placement), " placement");
}

}  // namespace

void check(SavedPlan& saved, const framework::Graph& graph, const framework::Schedule& schedule) {
    check_masks(schedule, saved.profile);
    check_origin(graph, schedule, saved);
    check_plan(schedule, saved);
    Result& result = saved.result;
    const Problem problem{.schedule = schedule,
                          .profile = saved.profile,
                          .dram_budget = saved.dram_budget,
                          .slow_capacity = saved.slow_capacity};
    const framework::Seconds predicted = predicted_seconds(problem, *result.plan);
    require<DataError>(close(predicted, result.predicted_s), "its plan takes ", predicted,
                       " s by its own times, and it claims ", result.predicted_s, " s");
    require<DataError>(result.certificate.moving || saved.placement == Placement::static_,
                       "its certificate says nothing of plans with moves");
    const framework::Seconds bound = proved_bound(problem, result.certificate);
    require<DataError>(bound <= predicted || close(bound, predicted), "its certificate shows ", bound,
                       " s, above a plan of ", predicted, " s");
    result.predicted_s = predicted;
    result.bound_s = std::clamp(bound, 0.0, predicted);
    result.gap = predicted > 0 ? (predicted - result.bound_s) / predicted : 0;
    result.status = result.gap <= saved.gap ? Status::optimal : Status::feasible;
}

}  // namespace optimizer
