#include "runtime/session/profile.h"

#include <optional>

#include "framework/base/error.h"
#include "framework/plan/machine.h"
#include "optimizer/addresses/plan_builder.h"
#include "runtime/host/host_device.h"
#include "runtime/memory/available_memory.h"
#include "runtime/training/parameters.h"

namespace runtime::session {

const char* name_of(Mode mode) {
    switch (mode) {
        case Mode::measured:
            return "measured";
        case Mode::emulated:
            return "emulated";
        case Mode::simulated:
            return "simulated";
    }
    return "";
}

std::string slow_memory_of(const ProfileOptions& options) {
    return options.machine.empty() ? options.slow : emulated_memory;
}

Profile profile(const Network& network, const ProfileOptions& options) {
    Profile found{.slow = slow_memory_of(options), .machine = options.machine};
    std::optional<framework::Machine> machine;
    if (!options.machine.empty()) machine = framework::load_machine(options.machine);
    if (network.options.simulated) {
        framework::require<framework::UsageError>(
            machine.has_value(), "a simulated network takes its times from a machine file; name one");
        found.mode = Mode::simulated;
        found.measured.profile = framework::simulate(network.lowered.graph, network.schedule, *machine);
        return found;
    }
    found.mode = machine ? Mode::emulated : Mode::measured;
    std::optional<Program> program;
    std::optional<Executor> executor;
    if (network.all_dram_bytes <= available_for_tensors()) {
        const framework::Plan plan = optimizer::everything_in_dram(network.schedule);
        program.emplace(network.lowered, network.schedule, plan,
                        std::make_shared<HostDevice>(plan.arena[framework::Tier::dram], SlowMemory{}));
        initialize(*program, 0);
        executor.emplace(*program);
    }
    found.measured = runtime::profile(network.lowered, network.schedule, executor ? &*executor : nullptr,
                                      {.machine = machine,
                                       .slow = options.slow,
                                       .thorough = options.thorough,
                                       .cache = options.cache,
                                       .progress = options.progress});
    return found;
}

}  // namespace runtime::session
