#include "runtime/session/saved_plan.h"

#include "framework/base/error.h"
#include "framework/base/text.h"
#include "optimizer/proof/plan_file.h"
#include "runtime/memory/slow_memory.h"
#include "runtime/profiling/platform.h"

namespace runtime::session {

void save(const std::string& file, const Network& network, const Profile& profile, const Solution& solution) {
    optimizer::save_plan(file, network.schedule,
                         {.placement = solution.placement,
                          .dram_budget = solution.dram_budget,
                          .slow_capacity = solution.slow_capacity,
                          .profile = profile.times(),
                          .mode = name_of(profile.mode),
                          .host = profile.mode == Mode::simulated ? "" : platform(),
                          .machine = profile.machine,
                          .machine_scale = profile.measured.machine_scale,
                          .one_by_one = profile.measured.one_by_one,
                          .gap = solution.gap,
                          .result = solution.result});
}

Mode mode_of_saved(const std::string& file) {
    const std::string mode = optimizer::mode_of_plan(file);
    for (const Mode known : {Mode::measured, Mode::emulated, Mode::simulated}) {
        if (mode == name_of(known)) return known;
    }
    throw framework::DataError(framework::text(file, ": its times are ", framework::in_quotes(mode),
                                               ", and can only be measured, emulated or simulated"));
}

SavedSolution load(const std::string& file, const Network& network, const std::string& slow) {
    const Mode mode = mode_of_saved(file);
    optimizer::SavedPlan saved = optimizer::load_plan(file, network.lowered.graph, network.schedule);
    Profile profile{.mode = mode, .slow = slow, .machine = std::move(saved.machine)};
    if (mode == Mode::emulated) profile.slow = emulated_memory;
    profile.measured.profile = std::move(saved.profile);
    profile.measured.machine_scale = saved.machine_scale;
    profile.measured.one_by_one = saved.one_by_one;
    Solution solution{.placement = saved.placement,
                      .dram_budget = saved.dram_budget,
                      .slow_capacity = saved.slow_capacity,
                      .gap = saved.gap};
    solution.result = std::move(saved.result);
    solution.result.stopped = optimizer::Stopped::unknown;
    predict_extremes(solution, network, profile.times());
    return {std::move(profile), std::move(solution), std::move(saved.host)};
}

}  // namespace runtime::session
