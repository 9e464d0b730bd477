#include "experiments/common/session.h"

#include <unistd.h>

#include "framework/error.h"
#include "framework/fuse.h"
#include "optimizer/baselines.h"

namespace experiments {

using framework::Bytes;
using framework::OutOfTierMemory;
using framework::print_bytes;

namespace {

Bytes physical_memory() {
    return Bytes{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGE_SIZE);
}

// Nobody has timed anything so far, and all in DRAM there is nothing to choose.
framework::Profile no_times(const framework::Schedule& schedule) {
    framework::Profile profile;
    profile.kernels.assign(static_cast<std::size_t>(schedule.steps()), {{{0, 0, 0}}});
    profile.to_dram = profile.to_slow = {0, 1e9};
    return profile;
}

}  // namespace

Planned plan_in_dram(const framework::Graph& graph, bool fuse, const runtime::KernelOptions& options) {
    runtime::Lowered lowered = runtime::lower(fuse ? framework::fuse(graph) : graph, options);
    framework::Schedule schedule(lowered.graph);
    const framework::Profile profile = no_times(schedule);
    const Bytes available = physical_memory();
    optimizer::Result result = optimizer::all_dram(
        {.graph = lowered.graph, .schedule = schedule, .profile = profile, .dram_budget = available});
    framework::require<OutOfTierMemory>(result.plan.has_value(), "training needs ",
                                        print_bytes(schedule.peak_bytes()),
                                        " of memory at its peak, and this machine has ",
                                        print_bytes(available), "; use a smaller --batch or --image-size");
    const std::string fault = framework::validate(lowered.graph, schedule, *result.plan, available);
    framework::require<framework::Error>(fault.empty(), "the plan is not valid: ", fault);
    return {std::move(lowered), std::move(schedule), std::move(result)};
}

runtime::Program load(Planned planned) {
    return {std::move(planned.lowered), std::move(planned.schedule), std::move(*planned.result.plan)};
}

}  // namespace experiments
