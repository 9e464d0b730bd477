// Profiler: the seconds of every kernel of a lowered graph, by the tiers of its operands, and of copies.
//
// Where the whole network fits in DRAM, its kernels are timed where they run, in iterations of the program
// itself, so that caches are as warm as they will be; else one by one, on operands of their own. What an
// operand in slow memory adds is measured kernel by kernel, of the smallest together, or known where the tier
// is emulated. All of it takes about as long as ten iterations at most, so that long kernels run but once
// with an operand in slow memory; unless it is to be thorough, however long that takes.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "framework/plan/machine.h"
#include "framework/plan/profile.h"
#include "runtime/executor.h"

namespace runtime {

struct ProfileOptions {
    // Emulated: its delays are added to what is measured in DRAM. Else `slow` says where slow memory is, as
    // open_slow_memory() has it.
    std::optional<framework::Machine> machine{};
    std::string slow{};
    int runs = 3;                   // counted ones, after one that is not
    bool thorough = false;          // as many of every placement, each operand for itself
    std::filesystem::path cache{};  // of what was measured before; empty: none
    std::function<void(double share)> progress = [](double) {};
};

struct Measurement {
    framework::Profile profile;
    int kernels = 0;                 // distinct ones
    int configurations = 0;          // timings there are of them
    int cached = 0;                  // of those, not measured anew
    int few_runs = 0;                // of those, of fewer runs than the options ask for
    framework::Seconds seconds = 0;  // of it all, checks too
    // All kernels known, which were timed in iterations: the share that an iteration now takes more than by
    // the cache. Beyond a tenth they are timed again.
    std::optional<double> drift{};
    // Emulated: what the modelled machine takes for the network's convolutions forward over what they take
    // here, which its rates are multiplied by.
    double machine_scale = 0;
    // Emulated, and anything measured anew: one iteration with the delays of some kernels, as if their
    // operands were in slow memory, against the profile.
    struct SpotCheck {
        int kernels = 0;
        framework::Seconds predicted_s = 0, measured_s = 0;
    };
    std::optional<SpotCheck> spot_check{};
    std::string unsaved{};    // why the cache does not hold the times of this; empty: it holds them
    bool one_by_one = false;  // the network is more than DRAM holds, and slow memory is its medium alone
};

// `in_place` runs the all-DRAM program of this graph; null where that is more than DRAM holds. Its inputs
// need hold nothing in particular; all that it holds is lost. Throws OutOfTierMemory, as open_slow_memory(),
// and DataError for a cache that cannot be used and a machine to be scaled by convolutions that there are
// none of.
Measurement profile(const Lowered& lowered, const framework::Schedule& schedule, Executor* in_place,
                    const ProfileOptions& options);

}  // namespace runtime
