// The kinds of slow memory. A new kind needs a file in this folder that defines a Kind, and a line in
// kinds().
#pragma once

#include <span>
#include <string>

#include "runtime/memory/slow_memory.h"

namespace runtime::tiers {

// `place` is what a user writes after the prefix. All functions may throw UsageError, DataError,
// OutOfTierMemory.
struct Kind {
    const char* prefix;   // "dir:"
    const char* example;  // "dir:PATH"; empty: not for users
    SlowMemory (*open)(const std::string& place, framework::Bytes bytes);
    framework::Bytes (*available)(const std::string& place);
    std::string (*identity)(const std::string& place);  // see identity_of_slow()
    bool (*takes_dram)(const std::string& place);       // see slow_takes_dram()
};

// An unnamed file in a folder. Its space is reserved before use, and the file disappears with the process,
// however that ends. On a DAX file system the mapping reaches the memory itself.
extern const Kind file;
// Memory of one NUMA node that has no processors: a CXL expander, or persistent memory as a node.
extern const Kind numa;
// DRAM that stands for slow memory, with delays injected elsewhere.
extern const Kind emulated;

inline std::span<const Kind* const> kinds() {
    static constexpr const Kind* all[] = {&file, &numa, &emulated};
    return all;
}

}  // namespace runtime::tiers
