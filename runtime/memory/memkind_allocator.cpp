// The only file that knows memkind; AUTOTM_MEMKIND says whether it is there.
#include "runtime/memory/allocator.h"

#ifdef AUTOTM_MEMKIND

#include <algorithm>

#include <memkind.h>

#include "framework/base/error.h"
#include "runtime/memory/tier_memory.h"

namespace runtime {

using framework::Bytes;

namespace {

constexpr Bytes bookkeeping = Bytes{64} << 20;

std::string version() {
    const int version = memkind_get_version();  // major · 10⁶ + minor · 10³ + patch
    return framework::text(version / 1000000, '.', version / 1000 % 1000, '.', version % 1000);
}

Allocation dram(Bytes bytes) {
    void* data = nullptr;
    const int failed = memkind_posix_memalign(MEMKIND_DEFAULT, &data, static_cast<std::size_t>(huge_page),
                                              static_cast<std::size_t>(bytes));
    if (failed != 0) return {};
    return {static_cast<std::byte*>(data), [data] { memkind_free(MEMKIND_DEFAULT, data); }};
}

// The size that memkind rounds up to, plus its bookkeeping.
Bytes needed(Bytes bytes) {
    const Bytes rounded = bytes + bytes / 4;  // size classes are at most a quarter apart
    return (rounded + bookkeeping + huge_page - 1) / huge_page * huge_page;
}

Allocation within(Mapping& mapping, Bytes bytes) {
    mapping.reserve(0, std::min(mapping.bytes, bookkeeping / 4));
    memkind_t kind = nullptr;
    if (memkind_create_fixed(mapping.address, static_cast<std::size_t>(mapping.bytes), &kind) != 0) return {};
    void* data = nullptr;
    if (memkind_posix_memalign(kind, &data, 4096, static_cast<std::size_t>(bytes)) != 0) {
        memkind_destroy_kind(kind);
        return {};
    }
    Allocation block{static_cast<std::byte*>(data), [kind, data] {
                         memkind_free(kind, data);
                         memkind_destroy_kind(kind);
                     }};
    mapping.reserve(block.data - mapping.address, bytes);
    return block;
}

}  // namespace

const Allocator* memkind_allocator() {
    static constexpr Allocator memkind{
        .name = "memkind", .version = version, .dram = dram, .needed = needed, .within = within};
    return &memkind;
}

}  // namespace runtime

#else

namespace runtime {

const Allocator* memkind_allocator() {
    return nullptr;
}

}  // namespace runtime

#endif
