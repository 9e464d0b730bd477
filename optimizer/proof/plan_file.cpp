#include "optimizer/proof/plan_file.h"

#include <algorithm>
#include <cmath>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/json.h"
#include "framework/base/text.h"
#include "framework/plan/machine.h"
#include "optimizer/proof/certificate.h"
#include "optimizer/proof/check.h"
#include "optimizer/proof/document.h"

namespace optimizer {

using framework::DataError;
using framework::KernelProfile;
using framework::require;
using framework::Schedule;
using framework::text;
using framework::Tier;
using framework::TierMask;
using framework::Timing;

namespace {

StoredCopy stored(const framework::CopyCost& cost) {
    return {decimal_of(cost.latency), decimal_of(cost.bytes_per_s), cost.threads};
}

framework::CopyCost cost_of(const StoredCopy& copy) {
    return {nearest_double(copy.latency_s), nearest_double(copy.bytes_per_s), copy.threads};
}

// What KernelProfile::seconds() goes by: an operand without a time of its own adds nothing.
std::vector<StoredTime> stored(const Schedule& schedule, framework::Step step, const KernelProfile& profile) {
    TierMask movable = 0;
    const std::vector<framework::StorageId>& operands = schedule.operands(step);
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (schedule.storages()[operands[i]].use_at(step).may_be_slow()) movable |= TierMask{1} << i;
    }
    std::vector<StoredTime> times;
    const auto add = [&](TierMask slow, framework::Seconds seconds, framework::Seconds spread) {
        const bool is_known = std::ranges::find(times, slow, &StoredTime::slow) != times.end();
        if ((slow & ~movable) == 0 && !is_known) times.push_back({slow, decimal_of(seconds), spread});
    };
    for (const Timing& t : profile.timings) add(t.slow, t.median, t.spread);
    add(0, profile.seconds(0), 0);
    for (std::size_t i = 0; i < operands.size(); ++i)
        add(TierMask{1} << i, profile.seconds(TierMask{1} << i), 0);
    std::ranges::stable_sort(times, {}, &StoredTime::slow);
    return times;
}

framework::Profile profile_of(const PlanDocument& document) {
    framework::Profile profile{
        .kernels = {}, .copy = framework::copy_costs(cost_of(document.to_dram), cost_of(document.to_slow))};
    for (const std::vector<StoredTime>& times : document.times) {
        KernelProfile& kernel = profile.kernels.emplace_back();
        for (const StoredTime& t : times)
            kernel.timings.push_back({t.slow, nearest_double(t.seconds), t.spread_s});
    }
    return profile;
}

Problem problem_of(const Schedule& schedule, const SavedPlan& saved) {
    return {.schedule = schedule,
            .profile = saved.profile,
            .dram_budget = saved.dram_budget,
            .slow_capacity = saved.slow_capacity};
}

Claims claims_of(const ExactProblem& exact, const SavedPlan& saved) {
    const Integer second = exact.unit.second();
    Claims claims;
    claims.placement = name_of(saved.placement);
    claims.predicted_s = rounded(predicted_time(exact), second, Rounding::up);
    claims.bound_s =
        std::min(claims.predicted_s,
                 rounded(proved_bound(exact, exact.document.solution->certificate), second, Rounding::down));
    if (claims.predicted_s > 0)
        claims.gap = rounded(claims.predicted_s - claims.bound_s, claims.predicted_s, Rounding::up);
    claims.gap_asked_for = decimal_of(saved.gap);
    claims.status = claims.gap <= claims.gap_asked_for ? "optimal" : "feasible";
    return claims;
}

// Whether the problem of a file is that of the network at hand.
bool is_same(const Schedule& a, const Schedule& b) {
    const auto same_storage = [](const framework::Storage& x, const framework::Storage& y) {
        return shown_name(x.name) == shown_name(y.name) && x.bytes == y.bytes && x.live == y.live &&
               x.uses == y.uses && x.persistent == y.persistent;
    };
    if (a.steps() != b.steps() || !std::ranges::equal(a.storages(), b.storages(), same_storage)) return false;
    for (framework::Step step = 0; step < a.steps(); ++step) {
        if (a.operands(step) != b.operands(step)) return false;
    }
    return true;
}

bool close(double a, double b) {
    constexpr double rounding = 1e-8;
    return std::abs(a - b) <= rounding * std::max(std::abs(a), std::abs(b));
}

// Times that nobody measured follow from the machine; of emulated ones those in slow memory do.
void check_origin(const framework::Graph& graph, const Schedule& schedule, const SavedPlan& saved) {
    const bool simulated = saved.mode == "simulated", emulated = saved.mode == "emulated";
    require<DataError>(simulated || emulated || saved.mode == "measured",
                       "it does not say how its times were found");
    require<DataError>(
        (simulated || emulated) != saved.machine.empty() && (saved.machine_scale > 0) == emulated,
        "its times are called ", saved.mode, ", and its machine is ", framework::in_quotes(saved.machine));
    if (saved.machine.empty()) return;
    framework::Machine machine = framework::load_machine(saved.machine);
    if (emulated) machine = machine.scaled(saved.machine_scale);
    const auto same = [](const framework::CopyCost& a, const framework::CopyCost& b) {
        return close(a.latency, b.latency) && close(a.bytes_per_s, b.bytes_per_s);
    };
    bool holds = same(saved.profile.copy[Tier::slow][Tier::dram], machine.copy[Tier::slow][Tier::dram]) &&
                 same(saved.profile.copy[Tier::dram][Tier::slow], machine.copy[Tier::dram][Tier::slow]);
    for (framework::Step step = 0; step < schedule.steps(); ++step) {
        const KernelProfile& kernel = saved.profile.kernels[step];
        const framework::Seconds in_dram =
            simulated ? machine.seconds(graph, schedule, step, 0) : kernel.seconds(0);
        for (const Timing& t : kernel.timings)
            holds = holds && close(t.median, machine.seconds(graph, schedule, step, t.slow, in_dram));
    }
    require<DataError>(holds, "its times are not those of the machine ", framework::in_quotes(saved.machine));
}

SavedPlan saved_plan(const PlanDocument& document) {
    const Solution& solution = *document.solution;
    const Claims& claims = solution.claims;
    SavedPlan saved{.placement = parse_placement(claims.placement),
                    .dram_budget = document.dram_budget,
                    .slow_capacity = document.slow_capacity,
                    .profile = profile_of(document),
                    .mode = document.origin->mode,
                    .host = document.origin->host,
                    .machine = document.origin->machine,
                    .machine_scale = document.origin->machine_scale,
                    .one_by_one = document.origin->one_by_one,
                    .gap = nearest_double(claims.gap_asked_for)};
    Result& result = saved.result;
    result.status = claims.status == "optimal" ? Status::optimal : Status::feasible;
    result.plan = solution.plan;
    result.predicted_s = nearest_double(claims.predicted_s);
    result.bound_s = nearest_double(claims.bound_s);
    result.gap = nearest_double(claims.gap);
    result.certificate.moving = solution.certificate.moving;
    result.solve_s = solution.solver.seconds;
    result.rows = solution.solver.rows;
    result.columns = solution.solver.columns;
    result.refinements = solution.solver.refinements;
    return saved;
}

}  // namespace

PlanDocument stored_problem(const Problem& problem) {
    PlanDocument document{.schedule = problem.schedule,
                          .times = {},
                          .to_dram = stored(problem.profile.copy[Tier::slow][Tier::dram]),
                          .to_slow = stored(problem.profile.copy[Tier::dram][Tier::slow]),
                          .dram_budget = problem.dram_budget,
                          .slow_capacity = problem.slow_capacity,
                          .solution = {},
                          .origin = {}};
    for (framework::Step step = 0; step < problem.schedule.steps(); ++step)
        document.times.push_back(stored(problem.schedule, step, problem.profile.kernels[step]));
    return document;
}

PlanDocument stored_plan(const Schedule& schedule, const SavedPlan& saved) {
    const Result& result = saved.result;
    const Problem problem = problem_of(schedule, saved);
    PlanDocument document = stored_problem(problem);
    document.origin = Origin{saved.mode, saved.host, saved.machine, saved.machine_scale, saved.one_by_one};
    document.solution = Solution{.claims = {},
                                 .plan = *result.plan,
                                 .certificate = {},
                                 .solver = {result.solve_s, result.rows, result.columns, result.refinements}};
    const ExactProblem exact(document);
    document.solution->certificate = stored(result.certificate, problem, exact);
    document.solution->claims = claims_of(exact, saved);
    return document;
}

void save_problem(const std::string& file, const Problem& problem) {
    const PlanDocument document = stored_problem(problem);
    check(document);
    framework::write_file(file, print_document(document));
}

void save_plan(const std::string& file, const Schedule& schedule, const SavedPlan& saved) {
    require<DataError>(saved.result.plan.has_value(), file,
                       ": there is no plan to save: ", saved.result.reason);
    framework::write_file(file, print_document(stored_plan(schedule, saved)));
}

StoredProblem::StoredProblem(const PlanDocument& document)
    : schedule_(document.schedule),
      profile_(profile_of(document)),
      dram_budget_(document.dram_budget),
      slow_capacity_(document.slow_capacity) {}

StoredProblem read_problem(const std::string& file) {
    PlanDocument document = read_document(framework::JsonFile(file));
    document.solution.reset();
    try {
        check(document);
    } catch (const DataError& error) {
        throw DataError(text(file, ": ", error.what()));
    }
    return StoredProblem(document);
}

std::string mode_of_plan(const std::string& file) {
    return read_origin(framework::JsonFile(file)).mode;
}

SavedPlan load_plan(const std::string& file, const framework::Graph& graph, const Schedule& schedule) {
    const framework::JsonFile json(file);
    const PlanDocument document = read_document(json);
    require<DataError>(document.solution && document.origin, file,
                       ": it is a problem without a plan, or does not say where its times are from");
    require<DataError>(is_same(document.schedule, schedule), file,
                       ": it was made for another graph; make a plan for this one");
    try {
        check(document);
        SavedPlan saved = saved_plan(document);
        check_origin(graph, schedule, saved);
        return saved;
    } catch (const framework::Error& error) {
        throw DataError(text(file, ": ", error.what()));
    }
}

}  // namespace optimizer
