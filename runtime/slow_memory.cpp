#include "runtime/slow_memory.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "framework/error.h"
#include "runtime/available_memory.h"
#include "runtime/tiers/tiers.h"

namespace runtime {

using framework::Bytes;
using framework::require;
using framework::UsageError;

namespace {

int node_of(const std::string& where) {
    const std::string digits = where.substr(5);
    int node = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), node);
    require<UsageError>(error == std::errc() && end == digits.data() + digits.size(), "--slow ", where,
                        ": the node must be a number, as in numa:1");
    return node;
}

std::filesystem::path folder_of(const std::string& where) {
    require<UsageError>(where.empty() || where.starts_with("dir:"), "--slow ", where,
                        ": write it as dir:PATH or numa:NODE");
    return where.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(where.substr(4));
}

}  // namespace

SlowMemory open_slow_memory(const std::string& where, Bytes bytes) {
    if (where == emulated_memory) return {emulated_memory, false, Block(bytes)};
    if (where.starts_with("numa:"))
        return {"numa", false, Block(tiers::map_node(node_of(where), mapping_bytes(bytes)), bytes)};
    tiers::FileMemory memory = tiers::map_file(folder_of(where), mapping_bytes(bytes));
    return {memory.dax ? "pmem" : "file", memory.dax, Block(std::move(memory.mapping), bytes)};
}

std::string identity_of_slow(const std::string& where) {
    const SlowMemory memory = open_slow_memory(where, 1);
    if (memory.kind == "emulated") return memory.kind;
    if (memory.kind == "numa") return framework::text("numa node ", node_of(where));
    struct stat folder {};
    struct statfs system {};
    const std::string path = folder_of(where).string();
    require<framework::DataError>(stat(path.c_str(), &folder) == 0 && statfs(path.c_str(), &system) == 0,
                                  "--slow dir:", path, ": cannot be looked at");
    return framework::text(memory.kind, " on device ", major(folder.st_dev), ':', minor(folder.st_dev),
                           " of type 0x", std::hex, system.f_type);
}

bool slow_takes_dram(const std::string& where) {
    if (where == emulated_memory) return true;
    if (where.starts_with("numa:")) return false;
    struct statfs system {};
    return statfs(folder_of(where).c_str(), &system) == 0 &&
           (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
}

Bytes available_slow(const std::string& where) {
    if (where == emulated_memory) return available_dram();
    if (where.starts_with("numa:")) return tiers::free_on_node(node_of(where));
    std::error_code error;
    const std::filesystem::path folder = folder_of(where);
    const std::filesystem::space_info space = std::filesystem::space(folder, error);
    require<framework::DataError>(!error, "--slow dir:", folder.string(), ": ", error.message(),
                                  "; name a folder that exists");
    const auto room =
        static_cast<Bytes>(std::min<std::uintmax_t>(space.available, std::numeric_limits<Bytes>::max()));
    return slow_takes_dram(where) ? std::min(room, available_dram()) : room;
}

}  // namespace runtime
