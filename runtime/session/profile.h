// How long the kernels of a network and copies between the tiers take, and where these times are from.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "runtime/profiling/profiler.h"
#include "runtime/session/network.h"

namespace runtime::session {

enum class Mode {
    measured,   // kernels run with their operands in DRAM and in slow memory
    emulated,   // kernels run in DRAM, and delays from a machine file are injected for slow memory
    simulated,  // nothing runs: all times are from a machine file
};
const char* name_of(Mode mode);

struct ProfileOptions {
    // "dir:PATH", "numa:NODE"; empty: a file in the temporary directory. Emulated memory is DRAM.
    std::string slow{};
    // A machine file, or "paper" or "cxl": its slow memory is emulated, or simulated if the network is
    // prepared to be simulated.
    std::string machine{};
    std::filesystem::path cache{};  // file that keeps kernel times between runs; empty: none
    bool thorough = false;          // all runs for every placement, and small operands one by one
    std::function<void(double share)> progress = [](double) {};
};

struct Profile {
    Mode mode = Mode::measured;
    std::string slow{};      // where slow memory is: `where` of open_slow_memory()
    std::string machine{};   // whose slow memory is modelled; empty: slow memory is real
    Measurement measured{};  // the times, and how they were found

    const framework::Profile& times() const { return measured.profile; }
};

// Takes about as long as ten iterations, or less if the cache knows the kernels. Throws OutOfTierMemory,
// UsageError for an invalid `slow` or for a simulated network without a machine, and DataError for an unknown
// `machine` or a cache that cannot be used.
Profile profile(const Network& network, const ProfileOptions& options = {});

// The value of Profile::slow that these options give: emulated_memory if slow memory is emulated.
std::string slow_memory_of(const ProfileOptions& options);

}  // namespace runtime::session
