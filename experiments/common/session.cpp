#include "experiments/common/session.h"

#include <unistd.h>

#include "experiments/common/outputs.h"
#include "framework/error.h"
#include "framework/fuse.h"
#include "framework/machine.h"
#include "optimizer/baselines.h"
#include "optimizer/placement.h"
#include "runtime/parameters.h"

namespace experiments {

using framework::Bytes;
using framework::Graph;
using framework::print_bytes;
using framework::require;
using framework::Schedule;

namespace {

Bytes physical_memory() {
    return Bytes{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGE_SIZE);
}

// Nobody has timed anything so far, and all in DRAM there is nothing to choose.
framework::Profile no_times(const Schedule& schedule) {
    framework::Profile profile;
    profile.kernels.assign(static_cast<std::size_t>(schedule.steps()), {{{0, 0, 0}}});
    profile.to_dram = profile.to_slow = {0, 1e9};
    return profile;
}

Graph prepared(const Graph& graph, const ModelFlags& model) {
    return model.fuse ? framework::fuse(graph) : graph;
}

runtime::Lowered lowered(const Graph& graph, const ModelFlags& model) {
    return runtime::lower(prepared(graph, model), {.winograd = model.winograd});
}

Measured simulated(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags) {
    Graph whole = prepared(graph, model);
    framework::reuse_in_place(whole);
    Schedule schedule(whole);
    framework::Profile profile = framework::simulate(whole, schedule, framework::load_machine(flags.machine));
    Measured measured{{std::move(whole), {}, {}}, std::move(schedule), {}};
    measured.profiled.profile = std::move(profile);
    return measured;
}

}  // namespace

Planned plan_in_dram(const Graph& graph, const ModelFlags& model) {
    Planned planned{{lowered(graph, model), Schedule(Graph()), {}}};
    planned.schedule = Schedule(planned.lowered.graph);
    planned.profiled.profile = no_times(planned.schedule);
    planned.limit = physical_memory();
    require<framework::OutOfTierMemory>(
        planned.schedule.peak_bytes() <= planned.limit, "training needs ",
        print_bytes(planned.schedule.peak_bytes()), " of memory at its peak, and this machine has ",
        print_bytes(planned.limit), "; use a smaller --batch or --image-size");
    planned.result = optimizer::solve(optimizer::Placement::dram, {.graph = planned.lowered.graph,
                                                                   .schedule = planned.schedule,
                                                                   .profile = planned.profiled.profile,
                                                                   .dram_budget = planned.limit});
    require<framework::OutOfTierMemory>(planned.result.plan.has_value(), planned.result.reason);
    return planned;
}

Measured measure(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                 Progress& progress) {
    if (flags.simulate) return simulated(graph, model, flags);
    check_cache(flags.cache);
    std::optional<framework::Machine> machine;
    if (flags.emulate) machine = framework::load_machine(flags.machine);
    Planned in_dram = plan_in_dram(graph, model);
    runtime::Program program(in_dram.lowered, in_dram.schedule, *in_dram.result.plan);
    runtime::initialize(program, model.seed);
    runtime::Executor executor(program);
    in_dram.profiled = runtime::profile(
        executor,
        {.machine = machine, .slow = flags.slow, .cache = flags.cache, .progress = [&](double share) {
             progress.show(framework::text("profiling: ", static_cast<int>(100 * share), " %"));
         }});
    return in_dram;
}

Planned try_plan(Measured measured, const PlacementFlags& flags) {
    Planned planned{std::move(measured)};
    planned.limit = dram_budget(flags.dram, planned.schedule.peak_bytes());
    const optimizer::Problem problem{.graph = planned.lowered.graph,
                                     .schedule = planned.schedule,
                                     .profile = planned.profiled.profile,
                                     .dram_budget = planned.limit,
                                     .gap = flags.gap,
                                     .time_limit = flags.time_limit,
                                     .write_lp = flags.write_lp};
    planned.result = optimizer::solve(optimizer::parse_placement(flags.placement), problem);
    for (const framework::KernelProfile& kernel : planned.profiled.profile.kernels) {
        planned.all_dram_s += kernel.seconds(0);
    }
    planned.all_slow_s = optimizer::all_slow(problem).predicted_s;
    return planned;
}

Planned plan(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags, Progress& progress) {
    optimizer::parse_placement(flags.placement);  // a wrong name is said before anything is measured
    Planned planned = try_plan(measure(graph, model, flags, progress), flags);
    require<framework::OutOfTierMemory>(planned.result.plan.has_value(), planned.result.reason);
    return planned;
}

Loaded::Loaded(Planned planned, const PlacementFlags& flags)
    : program(std::move(planned.lowered), std::move(planned.schedule), *planned.result.plan,
              planned.result.plan->slow_bytes > 0
                  ? runtime::open_slow_memory(flags.emulate ? "emulated" : flags.slow,
                                              planned.result.plan->slow_bytes)
                  : runtime::SlowMemory{}),
      executor(program) {
    if (flags.emulate) executor.emulate(planned.profiled.profile);
}

}  // namespace experiments
