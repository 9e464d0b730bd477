#include "runtime/slow_memory.h"

#include <charconv>
#include <filesystem>

#include "framework/error.h"
#include "runtime/tiers/tiers.h"

namespace runtime {

using framework::Bytes;
using framework::require;
using framework::UsageError;

SlowMemory open_slow_memory(const std::string& where, Bytes bytes) {
    if (where == "emulated") return {"emulated", false, Block(bytes)};
    if (where.starts_with("numa:")) {
        const std::string digits = where.substr(5);
        int node = -1;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), node);
        require<UsageError>(error == std::errc() && end == digits.data() + digits.size(), "--slow ", where,
                            ": the node must be a number, as in numa:1");
        return {"numa", false, Block(tiers::map_node(node, mapping_bytes(bytes)), bytes)};
    }
    require<UsageError>(where.empty() || where.starts_with("dir:"), "--slow ", where,
                        ": write it as dir:PATH or numa:NODE");
    const std::filesystem::path folder =
        where.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(where.substr(4));
    tiers::FileMemory memory = tiers::map_file(folder, mapping_bytes(bytes));
    return {memory.dax ? "pmem" : "file", memory.dax, Block(std::move(memory.mapping), bytes)};
}

}  // namespace runtime
