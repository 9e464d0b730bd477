// Opens slow memory by the name that a user gives it: dir:PATH, numa:NODE.
#pragma once

#include <string>

#include "runtime/memory/tier_memory.h"

namespace runtime {

// The slow memory of a run.
struct SlowMemory {
    std::string kind;  // "pmem", "file", "numa", or "emulated": DRAM whose delays are injected
    bool dax = false;
    Block block;
};

// Internal value of `where`: DRAM that stands for slow memory. Users cannot give it.
inline constexpr const char* emulated_memory = "emulated";

// `where`: "dir:PATH", "numa:NODE", emulated_memory; empty for a file in the temporary directory. Throws
// UsageError, DataError, OutOfTierMemory.
SlowMemory open_slow_memory(const std::string& where, framework::Bytes bytes);

// Identifies slow memory, so that kernel times measured in it are not used for another one: its kind and file
// system, or its NUMA node. All folders of a file system have the same identity. Throws like
// open_slow_memory().
std::string identity_of_slow(const std::string& where);

// Whether this slow memory takes up DRAM: it is emulated, or a file system in memory (tmpfs).
bool slow_takes_dram(const std::string& where);

// Available bytes: free space of the file system, or free memory of the node. Throws UsageError, DataError.
framework::Bytes available_slow(const std::string& where);

}  // namespace runtime
