#include "framework/plan/timeline.h"

#include <algorithm>
#include <array>

namespace framework {

namespace {

Seconds length_of(const Instruction& instruction, const Profile& profile) {
    if (const auto* launch = std::get_if<Launch>(&instruction.what))
        return profile.kernels[launch->step].seconds(launch->slow);
    if (const auto* copy = std::get_if<Copy>(&instruction.what))
        return profile.copy[copy->from][copy->to].seconds(copy->bytes);
    return 0;
}

}  // namespace

Timeline play(std::span<const Instruction> instructions, const Profile& profile) {
    Timeline timeline;
    timeline.instructions.reserve(instructions.size());
    PerStream<Seconds> now;
    for (const Instruction& instruction : instructions) {
        Seconds& clock = now[instruction.stream];
        TimeSpan& interval = timeline.instructions.emplace_back(TimeSpan{clock, clock});
        if (const auto* wait = std::get_if<Wait>(&instruction.what)) {
            interval.end = std::max(clock, timeline.instructions[wait->instruction].end);
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
