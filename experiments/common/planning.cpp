#include "experiments/common/planning.h"

#include <cmath>
#include <iostream>

#include "experiments/common/outputs.h"
#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "framework/base/text.h"
#include "framework/plan/machine.h"
#include "runtime/memory/available_memory.h"
#include "runtime/profiling/platform.h"

namespace experiments {

using framework::Bytes;
using framework::Graph;
using framework::print_bytes;
using framework::require;
using framework::UsageError;

namespace {

void print_passes(const std::vector<framework::PassTime>& passes) {
    for (const auto& [name, seconds, left_out] : passes)
        std::cerr << "pass " << name << ": " << (left_out ? "left out" : framework::print_seconds(seconds))
                  << '\n';
}

session::Network prepare(const Graph& graph, const ModelFlags& model, bool simulated, Progress& progress) {
    const int image_size = graph.tensor(graph.find("images")).type.shape.height();
    if (model.stem == models::Stem::by_size && stem_name(model, image_size) == "small")
        progress.note(framework::text(model.name, " at ", image_size, "x", image_size,
                                      " has the stem for small images, one 3x3 convolution; --stem imagenet "
                                      "gives it the 7x7 convolution and the pool"));
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

void say_free(const session::FreeDram& dram, Bytes needed, Progress& progress) {
    progress.note(framework::text("--dram auto is ", print_bytes(dram.budget), ": ", print_bytes(dram.free),
                                  " are free now, less ", print_bytes(runtime::beside_tensors),
                                  " for the program itself and 5 % for other programs; the network needs ",
                                  print_bytes(needed),
                                  dram.budget >= needed ? ", so everything stays in DRAM" : ""));
}

// Sets the budget and the placement that the flags leave open.
void settle(PlacementFlags& flags, const session::Network& network, Progress& progress) {
    if (flags.dram == PlacementFlags::free_now) {
        const session::FreeDram dram = session::free_dram();
        say_free(dram, network.all_dram_bytes, progress);
        flags.dram = std::to_string(dram.budget);
    }
    if (flags.placement.empty())
        flags.placement = optimizer::name_of(
            session::placement_for(network, dram_budget(flags.dram, network.all_dram_bytes)));
}

// Plans a network for which the flags leave nothing open.
PlannedNetwork plan_settled(ProfiledNetwork profiled, const PlacementFlags& flags, Progress& progress) {
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

}  // namespace

ProfiledNetwork measure(const Graph& graph, const ModelFlags& model, const PlacementFlags& flags,
                        Progress& progress) {
    if (!flags.simulate) check_cache(flags.cache);
    ProfiledNetwork profiled{prepare(graph, model, flags.simulate, progress)};
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

PlannedNetwork plan(const Graph& graph, const ModelFlags& model, PlacementFlags& flags, Progress& progress) {
    if (!flags.simulate) check_cache(flags.cache);
    ProfiledNetwork profiled{prepare(graph, model, flags.simulate, progress)};
    settle(flags, profiled.network, progress);
    return plan_settled(std::move(profiled), flags, progress);
}

PlannedNetwork plan_to_run(const Graph& graph, const ModelFlags& model, PlacementFlags& flags,
                           Progress& progress) {
    if (!flags.simulate) check_cache(flags.cache);
    ProfiledNetwork profiled{prepare(graph, model, flags.simulate, progress)};
    settle(flags, profiled.network, progress);
    const Bytes budget = dram_budget(flags.dram, profiled.network.all_dram_bytes);
    const bool in_dram = flags.placement == optimizer::name_of(session::Placement::dram);
    if (!in_dram || flags.emulate || budget < profiled.network.all_dram_bytes)
        return plan_settled(std::move(profiled), flags, progress);
    PlannedNetwork planned{std::move(profiled)};
    planned.solution = session::plan_in_dram(planned.network, budget);
    return planned;
}

PlannedNetwork load_plan(const std::string& file, const Graph& graph, const ModelFlags& model,
                         PlacementFlags& flags, Progress& progress) {
    const session::Mode mode = session::mode_of_saved(file);
    require<UsageError>(
        !(flags.simulate || flags.emulate) || std::string(flags.mode()) == session::name_of(mode), file,
        ": its times are ", session::name_of(mode), ", not ", flags.mode(),
        "; leave that flag out: the plan file sets it");
    flags.simulate = mode == session::Mode::simulated;
    flags.emulate = mode == session::Mode::emulated;
    PlannedNetwork planned{{prepare(graph, model, flags.simulate, progress)}};
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
