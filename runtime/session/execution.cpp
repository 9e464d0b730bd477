#include "runtime/session/execution.h"

#include <algorithm>

#include "framework/base/error.h"
#include "framework/plan/timeline.h"
#include "runtime/session/plan.h"

namespace runtime::session {

using framework::Tier;

void require_runnable(const Network& network) {
    framework::require<framework::UsageError>(
        !network.options.simulated,
        "a network that was prepared to be simulated cannot run; call prepare() again without simulation");
}

std::shared_ptr<HostDevice> open_device(const framework::Plan& plan, const std::string& slow) {
    const std::string reason = no_room(plan, slow);
    framework::require<framework::OutOfTierMemory>(reason.empty(), reason);
    SlowMemory opened =
        plan.arena[Tier::slow] > 0 ? open_slow_memory(slow, plan.arena[Tier::slow]) : SlowMemory{};
    return std::make_shared<HostDevice>(plan.arena[Tier::dram], std::move(opened));
}

framework::Seconds keep_to(const Profile& profile, Executor& executor, HostDevice& device) {
    const framework::Profile& times = profile.times();
    device.copy_as(times.copy);
    if (profile.mode == Mode::emulated) executor.emulate(times);
    if (profile.measured.one_by_one) device.write_back_spills();
    const framework::Timeline timeline = framework::play(executor.program().instructions(), times);
    framework::Seconds longest = 0;
    for (const framework::TimeSpan& interval : timeline.instructions)
        longest = std::max(longest, interval.length());
    return longest;
}

float infer(Executor& executor, std::span<const float> images, std::span<const std::int32_t> labels,
            std::span<float> logits) {
    Program& program = executor.program();
    program.put(program.find("images"), images);
    program.put(program.find("labels"), labels);
    executor.run({});
    if (!logits.empty()) program.get(program.find("logits"), logits);
    return executor.loss();
}

}  // namespace runtime::session
