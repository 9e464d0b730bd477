#include "experiments/common/session.h"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "experiments/common/outputs.h"
#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "framework/base/text.h"
#include "framework/passes/fuse.h"
#include "framework/plan/machine.h"
#include "optimizer/feasibility.h"
#include "optimizer/proof/plan_file.h"
#include "optimizer/solve.h"
#include "runtime/memory/available_memory.h"
#include "runtime/profiling/platform.h"
#include "runtime/training/parameters.h"

namespace experiments {

using framework::Bytes;
using framework::Graph;
using framework::print_bytes;
using framework::require;
using framework::Schedule;

namespace {

// Nobody has timed anything so far, and all in DRAM there is nothing to choose.
framework::Profile no_times(const Schedule& schedule) {
    framework::Profile profile;
    profile.kernels.assign(static_cast<std::size_t>(schedule.steps()), {{{0, 0, 0}}});
    profile.to_dram = profile.to_slow = {0, 1e9};
    return profile;
}

// The network as it runs, or as its machine is simulated; nothing timed.
Measured prepared(const Graph& graph, const ModelFlags& model, bool simulated) {
    Graph fused = model.fuse ? framework::fuse(graph) : graph;
    runtime::Lowered lowered;
    if (simulated) {
        framework::reuse_in_place(fused);
        lowered.graph = std::move(fused);
    } else {
        lowered = runtime::lower(fused, {.winograd = model.winograd});
    }
    Schedule schedule(lowered.graph);
    // No braces inside these: what inner braces make, GCC 12 destroys twice if a later member throws.
    Measured measured{std::move(lowered), std::move(schedule), runtime::Profiled(), 0};
    measured.profiled.profile = no_times(measured.schedule);
    const optimizer::Result in_dram = optimizer::solve(
        optimizer::Placement::dram,
        {.schedule = measured.schedule, .profile = measured.profiled.profile, .dram_budget = Bytes{1} << 60});
    measured.all_dram_bytes = in_dram.plan->dram_bytes;
    return measured;
}

optimizer::Problem problem_of(const Measured& measured, const PlacementFlags& flags) {
    const Bytes peak = measured.all_dram_bytes, limit = dram_budget(flags.dram, peak);
    const std::string slow = flags.slow_memory();
    Bytes slow_capacity = 0;
    if (!flags.simulate) {
        slow_capacity = runtime::available_slow(slow);
        if (runtime::slow_takes_dram(slow)) slow_capacity -= std::min(limit, peak) + runtime::beside_tensors;
        slow_capacity = std::max<Bytes>(1, slow_capacity);  // 0 would be no limit
    }
    return {.schedule = measured.schedule,
            .profile = measured.profiled.profile,
            .dram_budget = limit,
            .slow_capacity = slow_capacity};
}

// What no times are needed for to see that it cannot be had.
void require_possible(const Measured& measured, const PlacementFlags& flags) {
    if (flags.in_memory_mode()) return;  // nothing is placed
    const Bytes peak = measured.all_dram_bytes, most = runtime::available_for_tensors();
    require<framework::OutOfTierMemory>(
        flags.simulate || !runtime::slow_takes_dram(flags.slow_memory()) || peak <= most, "training needs ",
        print_bytes(peak), " at its peak, slow memory is DRAM here too, and this machine has ",
        print_bytes(most), " to give; use a smaller --batch or --image-size, or a --slow that is no DRAM");
    const optimizer::Problem problem = problem_of(measured, flags);
    const optimizer::Placement placement = optimizer::parse_placement(flags.placement);
    const bool in_dram = placement == optimizer::Placement::dram;
    const Bytes wanted = placement == optimizer::Placement::slow ? 0 : std::min(peak, problem.dram_budget);
    require<framework::OutOfTierMemory>(
        flags.simulate || wanted <= most, "the budget of ", print_bytes(problem.dram_budget), " takes ",
        print_bytes(wanted), " of DRAM, and this machine has ", print_bytes(most), " to give; ",
        in_dram
            ? "use a smaller --batch, or a --placement that uses slow memory with a --dram of at most that"
            : "use a --dram of at most that");
    const std::string reason = in_dram && peak > problem.dram_budget
                                   ? optimizer::solve(placement, problem).reason
                                   : optimizer::infeasible_reason(problem);
    require<framework::OutOfTierMemory>(reason.empty(), reason);
}

// Why this machine has no DRAM for the plan, for both arenas where slow memory is DRAM too; empty: it has.
std::string no_room(const Planned& planned, const PlacementFlags& flags) {
    const framework::Plan& plan = *planned.result.plan;
    const bool both = plan.slow_bytes > 0 && runtime::slow_takes_dram(flags.slow_memory());
    const Bytes wanted = plan.dram_bytes + (both ? plan.slow_bytes : 0),
                most = runtime::available_for_tensors();
    if (wanted <= most) return {};
    return framework::text("the plan takes ", print_bytes(wanted), " of DRAM",
                           both ? ", slow memory in it," : "", " and this machine has ", print_bytes(most),
                           " to give; use a smaller --batch, or a --dram of at most that");
}

void predict_extremes(Planned& planned, const optimizer::Problem& problem) {
    for (const framework::KernelProfile& kernel : problem.profile.kernels)
        planned.all_dram_s += kernel.seconds(0);
    const optimizer::Result all_slow =
        optimizer::solve(optimizer::Placement::slow, problem, {.price_passes = 0});
    if (all_slow.plan) planned.all_slow_s = all_slow.predicted_s;
}

}  // namespace

Planned plan_in_dram(Measured measured) {
    Planned planned{std::move(measured)};
    planned.limit = runtime::available_for_tensors();
    require<framework::OutOfTierMemory>(
        planned.all_dram_bytes <= planned.limit, "training needs ", print_bytes(planned.all_dram_bytes),
        " of memory at its peak, and this machine has ", print_bytes(planned.limit),
        " to give; use a smaller --batch or --image-size, or --placement "
        "synchronous with a --dram below that");
    planned.result = optimizer::solve(
        optimizer::Placement::dram,
        {.schedule = planned.schedule, .profile = planned.profiled.profile, .dram_budget = planned.limit});
    require<framework::OutOfTierMemory>(planned.result.plan.has_value(), planned.result.reason);
    planned.limit = planned.all_dram_bytes;
    return planned;
}

Planned plan_in_dram(const Graph& graph, const ModelFlags& model) {
    return plan_in_dram(prepared(graph, model, false));
}

namespace {

void add_times(Measured& measured, const ModelFlags& model, const PlacementFlags& flags, Progress& progress) {
    std::optional<framework::Machine> machine;
    if (flags.emulate || flags.simulate) machine = framework::load_machine(flags.machine);
    if (flags.simulate) {
        measured.profiled.profile = framework::simulate(measured.lowered.graph, measured.schedule, *machine);
        return;
    }
    std::optional<runtime::Program> program;
    std::optional<runtime::Executor> executor;
    if (measured.all_dram_bytes <= runtime::available_for_tensors()) {
        Planned planned = plan_in_dram(Measured(measured));
        program.emplace(std::move(planned.lowered), std::move(planned.schedule), *planned.result.plan);
        runtime::initialize(*program, model.seed);
        executor.emplace(*program);
    }
    const auto start = framework::Clock::now();
    measured.profiled = runtime::profile(
        measured.lowered, measured.schedule, executor ? &*executor : nullptr,
        {.machine = machine,
         .slow = flags.slow,
         .thorough = flags.thorough,
         .cache = flags.cache,
         .progress = [&](double share) {
             const double elapsed = framework::since(start);
             progress.show(framework::text("profiling: ", static_cast<int>(100 * share), " %, ",
                                           print_time_left(elapsed * (1 - share) / share), " left"));
         }});
    const runtime::Profiled& profiled = measured.profiled;
    if (profiled.drift && profiled.cached < profiled.kernels)
        progress.say(framework::text("by the kernel times in ", flags.cache, " an iteration is ",
                                     std::abs(std::round(100 * *profiled.drift)), " % too ",
                                     *profiled.drift > 0 ? "fast" : "slow",
                                     " for this machine as it is now: timed in DRAM again"));
}

}  // namespace

Measured measure(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                 Progress& progress) {
    if (!flags.simulate) check_cache(flags.cache);
    Measured measured = prepared(graph, model, flags.simulate);
    add_times(measured, model, flags, progress);
    return measured;
}

Planned try_plan(Measured measured, const PlacementFlags& flags, const framework::Plan* start) {
    Planned planned{std::move(measured)};
    const optimizer::Problem problem = problem_of(planned, flags);
    planned.limit = problem.dram_budget;
    planned.slow_capacity = problem.slow_capacity;
    if (flags.in_memory_mode()) {
        planned.memory_mode = optimizer::memory_mode(planned.lowered.graph, planned.schedule,
                                                     framework::load_machine(flags.machine), planned.limit);
    } else {
        planned.result = optimizer::solve(optimizer::parse_placement(flags.placement), problem,
                                          {.gap = flags.gap,
                                           .time_limit = flags.time_limit,
                                           .start = start,
                                           .formulation = flags.formulation,
                                           .keep_program = !flags.write_lp.empty()});
    }
    if (planned.result.plan && !flags.simulate) {
        if (std::string reason = no_room(planned, flags); !reason.empty()) {
            planned.result = {};
            planned.result.reason = std::move(reason);
        }
    }
    predict_extremes(planned, problem);
    return planned;
}

Planned plan(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags, Progress& progress) {
    if (!flags.simulate) check_cache(flags.cache);
    Measured measured = prepared(graph, model, flags.simulate);
    require_possible(measured, flags);
    add_times(measured, model, flags, progress);
    Planned planned = try_plan(std::move(measured), flags);
    require<framework::OutOfTierMemory>(planned.result.plan || planned.memory_mode, planned.result.reason);
    return planned;
}

Planned load_plan(const std::string& file, const Graph& graph, const ModelFlags& model,
                  PlacementFlags& flags) {
    const std::string mode = optimizer::mode_of_plan(file);
    require<framework::UsageError>(!(flags.simulate || flags.emulate) || flags.mode() == mode, file,
                                   ": its times are ", mode, ", not ", flags.mode(),
                                   "; the plan says which, so leave that flag away");
    flags.simulate = mode == "simulated";
    flags.emulate = mode == "emulated";
    Planned planned{prepared(graph, model, flags.simulate)};
    optimizer::SavedPlan saved = optimizer::load_plan(file, planned.lowered.graph, planned.schedule);
    require<framework::UsageError>(flags.machine.empty() || framework::utf8(flags.machine) == saved.machine,
                                   file, ": its times are of the machine ", saved.machine, ", not ",
                                   flags.machine, "; the plan says which, so leave that flag away");
    if (!saved.host.empty() && saved.host != runtime::platform())
        std::cerr << framework::sentence(framework::text(file, ": its times were taken on ", saved.host,
                                                         ", and this is ", runtime::platform()))
                  << '\n';
    flags.placement = optimizer::name_of(saved.placement);
    flags.machine = saved.machine;
    planned.limit = saved.dram_budget;
    planned.slow_capacity = saved.slow_capacity;
    planned.profiled.one_by_one = saved.one_by_one;
    planned.result = std::move(saved.result);
    planned.result.stopped = optimizer::Stopped::unknown;
    planned.profiled.profile = std::move(saved.profile);
    planned.profiled.machine_scale = saved.machine_scale;
    predict_extremes(
        planned,
        {.schedule = planned.schedule, .profile = planned.profiled.profile, .dram_budget = planned.limit});
    return planned;
}

namespace {

runtime::SlowMemory slow_memory_for(const Planned& planned, const PlacementFlags& flags) {
    const std::string reason = no_room(planned, flags);
    require<framework::OutOfTierMemory>(reason.empty(), reason);
    const Bytes bytes = planned.result.plan->slow_bytes;
    return bytes > 0 ? runtime::open_slow_memory(flags.slow_memory(), bytes) : runtime::SlowMemory{};
}

}  // namespace

Loaded::Loaded(Planned planned, const PlacementFlags& flags)
    : program(std::move(planned.lowered), std::move(planned.schedule), *planned.result.plan,
              slow_memory_for(planned, flags)),
      executor(program) {
    const framework::Profile& profile = planned.profiled.profile;
    executor.copy_as(profile.to_dram, profile.to_slow);
    if (flags.emulate) executor.emulate(profile);
    if (planned.profiled.one_by_one) executor.write_back_spills();
    for (int step = 0; step < program.schedule().steps(); ++step) {
        const auto& kernel = profile.kernels[static_cast<std::size_t>(step)];
        slowest_kernel_s = std::max(slowest_kernel_s, kernel.seconds(program.slow_operands(step)));
    }
}

}  // namespace experiments
