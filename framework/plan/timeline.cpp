#include "framework/plan/timeline.h"

#include <algorithm>
#include <array>

namespace framework {

namespace {

Seconds length_of(const Instruction& instruction, const Profile& profile) {
    if (const auto* launch = std::get_if<Launch>(&instruction.what))
        return profile.kernels[static_cast<std::size_t>(launch->step)].seconds(launch->slow);
    if (const auto* copy = std::get_if<Copy>(&instruction.what))
        return (copy->to == Tier::slow ? profile.to_slow : profile.to_dram).seconds(copy->bytes);
    return 0;
}

}  // namespace

Timeline play(std::span<const Instruction> instructions, const Profile& profile) {
    Timeline timeline;
    timeline.instructions.reserve(instructions.size());
    std::array<Seconds, streams> now{};
    for (const Instruction& instruction : instructions) {
        Seconds& clock = now[static_cast<std::size_t>(instruction.stream)];
        TimeSpan& interval = timeline.instructions.emplace_back(TimeSpan{clock, clock});
        if (const auto* wait = std::get_if<Wait>(&instruction.what)) {
            interval.end =
                std::max(clock, timeline.instructions[static_cast<std::size_t>(wait->instruction)].end);
        } else {
            interval.end += length_of(instruction, profile);
        }
        clock = interval.end;
        timeline.end = std::max(timeline.end, clock);
    }
    return timeline;
}

Seconds predicted_seconds(const Schedule& schedule, const Plan& plan, const Profile& profile) {
    return play(compile(schedule, plan), profile).end;
}

}  // namespace framework
