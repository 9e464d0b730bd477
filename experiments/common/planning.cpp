#include "experiments/common/planning.h"

#include <cmath>
#include <iostream>

#include "experiments/common/outputs.h"
#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "framework/base/text.h"
#include "framework/plan/machine.h"
#include "runtime/profiling/platform.h"

namespace experiments {

using framework::Graph;
using framework::require;
using framework::UsageError;

namespace {

void print_passes(const std::vector<framework::PassTime>& passes) {
    for (const auto& [name, seconds, left_out] : passes)
        std::cerr << "pass " << name << ": " << (left_out ? "left out" : framework::print_seconds(seconds))
                  << '\n';
}

session::Network prepare(const Graph& graph, const ModelFlags& model, bool simulated) {
    session::Network network = session::prepare(graph, {.without = model.without, .simulated = simulated});
    if (model.verbose) print_passes(network.passes);
    return network;
}

session::ProfileOptions profile_options(const PlacementFlags& flags) {
    return {.slow = flags.slow, .machine = flags.machine, .cache = flags.cache, .thorough = flags.thorough};
}

session::PlanOptions plan_options(const PlacementFlags& flags, const session::Network& network) {
    return {.placement = optimizer::parse_placement(flags.placement),
            .dram = dram_budget(flags.dram, network.all_dram_bytes),
            .solver = {.gap = flags.gap,
                       .time_limit = flags.time_limit,
                       .formulation = flags.formulation,
                       .keep_program = !flags.write_lp.empty()}};
}

session::Profile profile(const session::Network& network, const PlacementFlags& flags, Progress& progress) {
    session::ProfileOptions options = profile_options(flags);
    const auto start = framework::Clock::now();
    options.progress = [&](double share) {
        const double elapsed = framework::since(start);
        progress.show(framework::text("profiling: ", static_cast<int>(100 * share), " %, ",
                                      print_time_left(elapsed * (1 - share) / share), " left"));
    };
    session::Profile found = session::profile(network, options);
    const runtime::Measurement& measured = found.measured;
    if (measured.drift && measured.cached < measured.kernels)
        progress.note(framework::text(
            "by the kernel times in ", flags.cache, " an iteration is ",
            std::abs(std::round(100 * *measured.drift)), " % too ", *measured.drift > 0 ? "fast" : "slow",
            " for this machine's current speed: kernels in DRAM were measured again"));
    return found;
}

}  // namespace

PlannedNetwork plan_in_dram(const Graph& graph, const ModelFlags& model) {
    PlannedNetwork planned{{prepare(graph, model, false)}};
    planned.solution = session::plan_in_dram(planned.network);
    return planned;
}

ProfiledNetwork measure(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                        Progress& progress) {
    if (!flags.simulate) check_cache(flags.cache);
    ProfiledNetwork profiled{prepare(graph, model, flags.simulate)};
    profiled.profile = profile(profiled.network, flags, progress);
    return profiled;
}

PlannedNetwork try_plan(ProfiledNetwork profiled, const PlacementFlags& flags, const framework::Plan* start) {
    PlannedNetwork planned{std::move(profiled)};
    if (flags.in_memory_mode()) {
        const session::Network& network = planned.network;
        planned.solution.dram_budget = dram_budget(flags.dram, network.all_dram_bytes);
        planned.memory_mode =
            optimizer::memory_mode(network.lowered.graph, network.schedule,
                                   framework::load_machine(flags.machine), planned.solution.dram_budget);
        session::predict_extremes(planned.solution, network, planned.profile.times());
        return planned;
    }
    session::PlanOptions options = plan_options(flags, planned.network);
    options.solver.start = start;
    planned.solution = session::try_plan(planned.network, planned.profile, options);
    return planned;
}

PlannedNetwork plan(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                    Progress& progress) {
    if (!flags.simulate) check_cache(flags.cache);
    ProfiledNetwork profiled{prepare(graph, model, flags.simulate)};
    if (!flags.in_memory_mode()) {
        session::require_possible(profiled.network, profile_options(flags),
                                  plan_options(flags, profiled.network));
    }
    profiled.profile = profile(profiled.network, flags, progress);
    PlannedNetwork planned = try_plan(std::move(profiled), flags);
    require<framework::OutOfTierMemory>(planned.solution.result.plan || planned.memory_mode,
                                        planned.solution.result.reason);
    return planned;
}

PlannedNetwork load_plan(const std::string& file, const Graph& graph, const ModelFlags& model,
                         PlacementFlags& flags) {
    const session::Mode mode = session::mode_of_saved(file);
    require<UsageError>(
        !(flags.simulate || flags.emulate) || std::string(flags.mode()) == session::name_of(mode), file,
        ": its times are ", session::name_of(mode), ", not ", flags.mode(),
        "; leave that flag out: the plan file sets it");
    flags.simulate = mode == session::Mode::simulated;
    flags.emulate = mode == session::Mode::emulated;
    PlannedNetwork planned{{prepare(graph, model, flags.simulate)}};
    session::SavedSolution saved = session::load(file, planned.network, flags.slow);
    require<UsageError>(flags.machine.empty() || framework::utf8(flags.machine) == saved.profile.machine,
                        file, ": its times are of the machine ", saved.profile.machine, ", not ",
                        flags.machine, "; leave that flag out: the plan file sets it");
    if (!saved.host.empty() && saved.host != runtime::platform())
        std::cerr << framework::sentence(framework::text(file, ": its times were taken on ", saved.host,
                                                         ", and this is ", runtime::platform()))
                  << '\n';
    flags.placement = optimizer::name_of(saved.solution.placement);
    flags.machine = saved.profile.machine;
    planned.profile = std::move(saved.profile);
    planned.solution = std::move(saved.solution);
    return planned;
}

}  // namespace experiments
