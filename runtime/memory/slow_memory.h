// Slow memory as a user names it: dir:PATH, numa:NODE.
#pragma once

#include <string>

#include "runtime/memory/tier_memory.h"

namespace runtime {

// What stands for slow memory in a run.
struct SlowMemory {
    std::string kind;  // "pmem", "file", "numa", or "emulated": DRAM whose delays are injected
    bool dax = false;
    Block block;
};

// A `where` that no user writes: DRAM that stands for slow memory.
inline constexpr const char* emulated_memory = "emulated";

// `where`: "dir:PATH", "numa:NODE", emulated_memory; empty for a file in the temporary directory. Throws
// UsageError, DataError, OutOfTierMemory.
SlowMemory open_slow_memory(const std::string& where, framework::Bytes bytes);

// What tells this slow memory from any other that times may have been taken in, wherever its folder is and
// from wherever it is named: kind and file system, or node. Throws as open_slow_memory().
std::string identity_of_slow(const std::string& where);

// Whether what it holds is DRAM's: emulated, or a file system in memory.
bool slow_takes_dram(const std::string& where);

// What there is to take of it: free room of the file system, free memory of the node. Throws UsageError,
// DataError.
framework::Bytes available_slow(const std::string& where);

}  // namespace runtime
