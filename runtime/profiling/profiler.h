// Profiler: measures the time of every kernel of a lowered graph, by the tiers of its operands, and of
// copies.
//
// If the whole network fits in DRAM, its kernels are timed in iterations of the program itself, so that
// caches are as warm as in training; else one by one, on operands of their own. The time that an operand in
// slow memory adds is measured kernel by kernel, for the smallest operands together. If slow memory is
// emulated, the machine model gives this time instead. All of it takes at most about ten iterations' time, so
// long kernels run only once with an operand in slow memory. `thorough` measures every placement in full,
// however long that takes.
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
    // With a machine, slow memory is emulated: its delays are added to the times measured in DRAM. Else
    // `slow` says where slow memory is: `where` of open_slow_memory().
    std::optional<framework::Machine> machine{};
    std::string slow{};
    int runs = 3;                   // measured runs, after one warm-up run
    bool thorough = false;          // all runs for every placement, and small operands one by one
    std::filesystem::path cache{};  // file of kernel times measured before; empty: none
    std::function<void(double share)> progress = [](double) {};
};

struct Measurement {
    framework::Profile profile;
    int kernels = 0;                 // distinct kernels
    int configurations = 0;          // timings of these kernels, one for each placement
    int cached = 0;                  // of these timings, taken from the cache
    int few_runs = 0;                // of these timings, with fewer runs than the options ask for
    framework::Seconds seconds = 0;  // that profiling took, checks included
    // Set if the cache knows all kernels of a network that fits in DRAM: time of one fresh iteration / time
    // by the cache − 1. Beyond ±0.1 all kernels are timed again.
    std::optional<double> drift{};
    // When emulating: the machine's rates are multiplied by this. It is (time that the model gives the
    // network's forward convolutions) / (time measured here).
    double machine_scale = 0;
    // When emulating, after new measurements: one iteration with the delays of some kernels, as if their
    // operands were in slow memory, compared with the profile.
    struct SpotCheck {
        int kernels = 0;
        framework::Seconds predicted_s = 0, measured_s = 0;
    };
    std::optional<SpotCheck> spot_check{};
    std::string unsaved{};    // why the times could not be saved in the cache; empty: they were
    bool one_by_one = false;  // the network is larger than DRAM: timed kernel by kernel, slow memory cold
};

// `in_place` runs the all-DRAM program of this graph; null if the network is larger than DRAM. Its inputs may
// hold anything; everything in its memory is lost. Throws OutOfTierMemory, what open_slow_memory() throws,
// and DataError for a cache that cannot be used or if emulation finds no convolution to scale the machine by.
Measurement profile(const Lowered& lowered, const framework::Schedule& schedule, Executor* in_place,
                    const ProfileOptions& options);

}  // namespace runtime
