// What the kernels of a network and copies between its memories take, and where these times are from.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "runtime/profiling/profiler.h"
#include "runtime/session/network.h"

namespace runtime::session {

enum class Mode {
    measured,   // kernels run with their operands in DRAM and in slow memory
    emulated,   // kernels run in DRAM; what slow memory adds is a machine file's, and is injected when they
                // run
    simulated,  // nothing runs: all times are a machine file's
};
const char* name_of(Mode mode);

struct ProfileOptions {
    // "dir:PATH", "numa:NODE"; empty: a file in the temporary directory. Emulated memory is DRAM.
    std::string slow{};
    // A machine file, or "paper" or "cxl": its slow memory is emulated, or simulated where the network is.
    std::string machine{};
    std::filesystem::path cache{};  // kernel times are kept here between runs; empty: nowhere
    bool thorough = false;          // as many runs for every placement of operands, each operand for itself
    std::function<void(double share)> progress = [](double) {};
};

struct Profile {
    Mode mode = Mode::measured;
    std::string slow{};      // where slow memory is, as open_slow_memory() has it
    std::string machine{};   // whose slow memory it is; empty: this machine's
    Measurement measured{};  // the times, and how they were found

    const framework::Profile& times() const { return measured.profile; }
};

// Takes about as long as ten iterations, less where the cache knows the kernels. Throws OutOfTierMemory,
// UsageError for a `slow` or `machine` that is none, and DataError for a cache that cannot be used.
Profile profile(const Network& network, const ProfileOptions& options = {});

// How `slow` reads in Profile: emulated memory has a name of its own.
std::string slow_memory_of(const ProfileOptions& options);

}  // namespace runtime::session
