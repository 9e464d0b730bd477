// The kinds of slow memory there are; a file each.
#pragma once

#include <filesystem>

#include "runtime/tier_memory.h"

namespace runtime::tiers {

// A file without a name in a folder, its space reserved before use; it is gone with the process, however that
// ends. On a DAX file system the mapping reaches the memory itself. Throws DataError, OutOfTierMemory.
struct FileMemory {
    MappingPtr mapping;
    bool dax = false;
};
FileMemory map_file(const std::filesystem::path& folder, framework::Bytes bytes);

// Memory of one NUMA node: a CXL expander, or persistent memory as a node. Throws DataError, OutOfTierMemory.
MappingPtr map_node(int node, framework::Bytes bytes);
framework::Bytes free_on_node(int node);

}  // namespace runtime::tiers
