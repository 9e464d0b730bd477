#include <sys/mman.h>

#include "runtime/memory/allocator.h"
#include "runtime/memory/tier_memory.h"

namespace runtime {

using framework::Bytes;

namespace {

constexpr Bytes page = 4096;

Bytes up_to(Bytes unit, Bytes bytes) {
    return (bytes + unit - 1) / unit * unit;
}

// The system chooses where a mapping begins. So this maps one huge page more than needed, uses the part from
// the first huge page's boundary on, and unmaps the rest.
Allocation dram(Bytes bytes) {
    if (bytes > (Bytes{1} << 46)) return {};  // more than a process can address
    const Bytes kept = up_to(page, bytes), taken = kept + huge_page;
    void* mapped = mmap(nullptr, static_cast<std::size_t>(taken), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return {};
    auto* begin = static_cast<std::byte*>(mapped);
    const Bytes before = -static_cast<Bytes>(reinterpret_cast<std::uintptr_t>(begin)) & (huge_page - 1);
    std::byte* data = begin + before;
    if (before > 0) munmap(begin, static_cast<std::size_t>(before));
    munmap(data + kept, static_cast<std::size_t>(taken - before - kept));
    return {data, [data, kept] { munmap(data, static_cast<std::size_t>(kept)); }};
}

Allocation within(Mapping& mapping, Bytes bytes) {
    if (mapping.bytes < bytes) return {};
    mapping.reserve(0, bytes);
    return {mapping.address};
}

}  // namespace

const Allocator& own_allocator() {
    static constexpr Allocator own{.name = "own mapping",
                                   .version = [] { return std::string("none: own mapping"); },
                                   .dram = dram,
                                   .needed = [](Bytes bytes) { return up_to(page, bytes); },
                                   .within = within};
    return own;
}

}  // namespace runtime
