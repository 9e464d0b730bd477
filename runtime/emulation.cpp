#include "runtime/emulation.h"

#include <algorithm>
#include <span>

namespace runtime {

using framework::Clock;
using framework::Seconds;
using framework::since;

namespace {

// Spins, because a sleep is too coarse for kernels of microseconds. All threads spin, since all would be busy
// in a kernel that waits for its memory: none falls asleep, so the next kernel need not wake it.
void wait_until(Clock::time_point start, Seconds seconds) {
    if (since(start) >= seconds) return;
#pragma omp parallel
    while (since(start) < seconds) {
    }
}

}  // namespace

Emulation::Emulation(std::span<const framework::Instruction> instructions,
                     const framework::Profile& profile) {
    const framework::Timeline timeline = framework::play(instructions, profile);
    for (std::size_t i = 0; i < instructions.size(); ++i) {
        const Seconds predicted = timeline.instructions[i].length();
        if (const auto* launch = std::get_if<framework::Launch>(&instructions[i].what)) {
            const framework::KernelProfile& kernel = profile.kernels[launch->step];
            delays_.push_back({.after = std::max(0.0, predicted - kernel.seconds(0))});
        } else {
            delays_.push_back({.least = predicted});
        }
    }
}

void Emulation::ended(framework::InstructionId instruction, Clock::time_point start) {
    const Delay& delay = delays_[instruction];
    wait_until(start, std::max(since(start) + delay.after, delay.least));
}

}  // namespace runtime
