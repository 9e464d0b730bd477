#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "framework/base/error.h"
#include "framework/base/numbers.h"
#include "runtime/memory/system_files.h"
#include "runtime/memory/tiers/tiers.h"

namespace runtime::tiers {

using framework::Bytes;
using framework::DataError;
using framework::OutOfTierMemory;
using framework::require;

namespace {

// The folder of a node in /sys. Throws if there is no such node, or if it has processors.
std::filesystem::path folder_of(int node) {
    std::error_code error;
    std::filesystem::path known = "/sys/devices/system/node/node" + std::to_string(node);
    require<DataError>(std::filesystem::is_directory(known, error), "--slow numa:", node,
                       ": this machine has no such NUMA node; those it has are in /sys/devices/system/node");
    std::string processors;
    std::getline(std::ifstream(known / "cpulist") >> std::ws, processors);
    require<DataError>(
        processors.empty(), "--slow numa:", node, ": node ", node, " has processors of its own (", processors,
        "), so its memory is DRAM; name a node that is memory alone, as CXL memory and PMM are, "
        "or use --emulate");
    return known;
}

int node_of(const std::string& digits) {
    const auto node = framework::parse_number<int>(digits);
    require<framework::UsageError>(node && *node >= 0, "--slow: ", framework::in_quotes("numa:" + digits),
                                   " names no node; write its number, as in numa:1");
    return *node;
}

Bytes free_on_node(int node) {
    return bytes_behind(folder_of(node) / "meminfo", "MemFree").value_or(0);  // "Node 0 MemFree:  123 kB"
}

MappingPtr map_node(int node, Bytes bytes) {
    folder_of(node);
    const auto size = static_cast<std::size_t>(bytes);
    void* address =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    require<OutOfTierMemory>(address != MAP_FAILED, "cannot map ", framework::print_bytes(bytes),
                             " for NUMA node ", node, " (", std::strerror(errno), ")");
    auto mapping = std::make_unique<Mapping>();
    mapping->address = static_cast<std::byte*>(address);
    mapping->bytes = bytes;
    mapping->release = [address, size] { munmap(address, size); };

    constexpr std::size_t bits = sizeof(unsigned long) * CHAR_BIT;
    std::array<unsigned long, 16> nodes{};
    require<DataError>(static_cast<std::size_t>(node) < nodes.size() * bits, "--slow numa:", node,
                       " is beyond the nodes this program can name");
    nodes[static_cast<std::size_t>(node) / bits] = 1UL << (static_cast<std::size_t>(node) % bits);
    const bool bound =
        syscall(SYS_mbind, address, size, MPOL_BIND, nodes.data(), nodes.size() * bits, 0) == 0;
    require<OutOfTierMemory>(bound, "the system does not let memory be bound to NUMA node ", node, " (",
                             std::strerror(errno), ")");
    mapping->reserve = [mapping = mapping.get(), node](Bytes offset, Bytes length) {
        const int failed = madvise(mapping->address + offset / 4096 * 4096,
                                   static_cast<std::size_t>(length + offset % 4096), MADV_POPULATE_WRITE);
        require<OutOfTierMemory>(failed == 0, "NUMA node ", node, " has no ", framework::print_bytes(length),
                                 " to give (", std::strerror(errno),
                                 "); use a smaller batch or another node");
    };
    return mapping;
}

}  // namespace

const Kind numa{
    .prefix = "numa:",
    .example = "numa:NODE",
    .open =
        [](const std::string& node, Bytes bytes) {
            return SlowMemory{"numa", false,
                              Block(map_node(node_of(node), allocator().needed(bytes)), bytes)};
        },
    .available = [](const std::string& node) { return free_on_node(node_of(node)); },
    .identity = [](const std::string& node) { return framework::text("numa node ", node_of(node)); },
    .takes_dram = [](const std::string&) { return false; }};

}  // namespace runtime::tiers
