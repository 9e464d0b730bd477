// Profiler: the seconds of every kernel of a lowered graph, by the tiers of its operands.
//
// With everything in DRAM the kernels are timed where they run, in iterations of the program itself, so that
// caches are as warm as they will be. What an operand in slow memory adds is measured kernel by kernel, on
// operands of its own, or known where the tier is emulated.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "framework/machine.h"
#include "framework/profile.h"
#include "runtime/executor.h"

namespace runtime {

struct ProfileOptions {
    std::optional<framework::Machine> machine;  // emulated: its delays are added to what is measured in DRAM
    std::string slow;                           // else: where slow memory is, as open_slow_memory() has it
    int runs = 3;                               // counted ones, after one that is not
    std::filesystem::path cache;                // of what was measured before; empty: none
    std::function<void(double share)> progress = [](double) {};
};

struct Profiled {
    framework::Profile profile;
    int kernels = 0;         // distinct ones
    int configurations = 0;  // timings there are of them
    int cached = 0;          // of those, not measured anew
    framework::Seconds seconds = 0;
    double machine_scale = 0;  // emulated: this machine's convolution rate over the modelled one's
};

// `executor` runs the all-DRAM program; its inputs need hold nothing in particular.
Profiled profile(Executor& executor, const ProfileOptions& options);

}  // namespace runtime
