#include "experiments/common/session.h"

#include <algorithm>
#include <chrono>

#include "experiments/common/outputs.h"
#include "framework/error.h"
#include "framework/fuse.h"
#include "framework/machine.h"
#include "optimizer/baselines.h"
#include "optimizer/placement.h"
#include "runtime/available_memory.h"
#include "runtime/parameters.h"

namespace experiments {

using framework::Bytes;
using framework::Graph;
using framework::print_bytes;
using framework::require;
using framework::Schedule;

namespace {

// What a program takes beside its arenas: code, kernels, images read ahead.
constexpr Bytes beside_arenas = Bytes{192} << 20;

Bytes dram_for_arenas() {
    return std::max<Bytes>(0, runtime::available_dram() - beside_arenas);
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

Planned plan_in_dram(Measured measured) {
    Planned planned{std::move(measured)};
    planned.limit = dram_for_arenas();
    require<framework::OutOfTierMemory>(planned.schedule.peak_bytes() <= planned.limit, "training needs ",
                                        print_bytes(planned.schedule.peak_bytes()),
                                        " of memory at its peak, and this machine has ",
                                        print_bytes(planned.limit),
                                        " to give; use a smaller --batch or --image-size, or --placement "
                                        "synchronous with a --dram below that");
    planned.result = optimizer::solve(optimizer::Placement::dram, {.graph = planned.lowered.graph,
                                                                   .schedule = planned.schedule,
                                                                   .profile = planned.profiled.profile,
                                                                   .dram_budget = planned.limit});
    require<framework::OutOfTierMemory>(planned.result.plan.has_value(), planned.result.reason);
    return planned;
}

Planned plan_in_dram(const Graph& graph, const ModelFlags& model) {
    Measured measured{lowered(graph, model), Schedule(Graph()), {}};
    measured.schedule = Schedule(measured.lowered.graph);
    measured.profiled.profile = no_times(measured.schedule);
    return plan_in_dram(std::move(measured));
}

Measured measure(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                 Progress& progress) {
    if (flags.simulate) return simulated(graph, model, flags);
    check_cache(flags.cache);
    std::optional<framework::Machine> machine;
    if (flags.emulate) machine = framework::load_machine(flags.machine);
    Measured measured{lowered(graph, model), Schedule(Graph()), {}};
    measured.schedule = Schedule(measured.lowered.graph);
    std::optional<runtime::Program> program;
    std::optional<runtime::Executor> executor;
    if (measured.schedule.peak_bytes() <= dram_for_arenas()) {
        Measured copy = measured;
        copy.profiled.profile = no_times(copy.schedule);
        Planned planned = plan_in_dram(std::move(copy));
        program.emplace(std::move(planned.lowered), std::move(planned.schedule), *planned.result.plan);
        runtime::initialize(*program, model.seed);
        executor.emplace(*program);
    }
    const auto start = std::chrono::steady_clock::now();
    measured.profiled = runtime::profile(
        measured.lowered, measured.schedule, executor ? &*executor : nullptr,
        {.machine = machine, .slow = flags.slow, .cache = flags.cache, .progress = [&](double share) {
             const double elapsed =
                 std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
             progress.show(framework::text("profiling: ", static_cast<int>(100 * share), " %, ",
                                           print_time_left(elapsed * (1 - share) / share), " left"));
         }});
    return measured;
}

Planned try_plan(Measured measured, const PlacementFlags& flags, const framework::Plan* start) {
    Planned planned{std::move(measured)};
    const Bytes peak = planned.schedule.peak_bytes();
    planned.limit = dram_budget(flags.dram, peak);
    const std::string slow = flags.emulate ? runtime::emulated_memory : flags.slow;
    Bytes slow_capacity = 0;
    if (!flags.simulate) {
        slow_capacity = runtime::available_slow(slow);
        if (flags.emulate) slow_capacity -= std::min(planned.limit, peak) + beside_arenas;
        slow_capacity = std::max<Bytes>(1, slow_capacity);  // 0 would be no limit
    }
    const optimizer::Problem problem{.graph = planned.lowered.graph,
                                     .schedule = planned.schedule,
                                     .profile = planned.profiled.profile,
                                     .dram_budget = planned.limit,
                                     .slow_capacity = slow_capacity,
                                     .gap = flags.gap,
                                     .time_limit = flags.time_limit,
                                     .start = start,
                                     .write_lp = flags.write_lp};
    planned.result = optimizer::solve(optimizer::parse_placement(flags.placement), problem);
    if (planned.result.plan && !flags.simulate) {
        const Bytes wanted = planned.result.plan->dram_bytes, most = dram_for_arenas();
        require<framework::OutOfTierMemory>(wanted <= most, "the plan takes ", print_bytes(wanted),
                                            " of DRAM, and this machine has ", print_bytes(most),
                                            " to give; use a --dram of at most that");
    }
    for (const framework::KernelProfile& kernel : planned.profiled.profile.kernels) {
        planned.all_dram_s += kernel.seconds(0);
    }
    const optimizer::Result all_slow = optimizer::all_slow(problem);
    if (all_slow.plan) planned.all_slow_s = all_slow.predicted_s;
    return planned;
}

Planned plan(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags, Progress& progress) {
    // What is written wrong is said before anything is measured.
    optimizer::parse_placement(flags.placement);
    dram_budget(flags.dram, 1);
    if (!flags.simulate && !flags.emulate) runtime::available_slow(flags.slow);
    Planned planned = try_plan(measure(graph, model, flags, progress), flags);
    require<framework::OutOfTierMemory>(planned.result.plan.has_value(), planned.result.reason);
    return planned;
}

Loaded::Loaded(Planned planned, const PlacementFlags& flags)
    : program(std::move(planned.lowered), std::move(planned.schedule), *planned.result.plan,
              planned.result.plan->slow_bytes > 0
                  ? runtime::open_slow_memory(flags.emulate ? runtime::emulated_memory : flags.slow,
                                              planned.result.plan->slow_bytes)
                  : runtime::SlowMemory{}),
      executor(program) {
    const framework::Profile& profile = planned.profiled.profile;
    executor.copy_as(profile.to_dram, profile.to_slow);
    if (flags.emulate) executor.emulate(profile);
    if (planned.profiled.one_by_one) executor.write_back_spills();
}

}  // namespace experiments
