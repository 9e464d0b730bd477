#include "runtime/tier_memory.h"

#include <cstring>

#include <memkind.h>
#include <sys/mman.h>

#include "framework/error.h"

namespace runtime {

using framework::Bytes;

namespace {
constexpr std::size_t huge_page = std::size_t{1} << 21;
}

Block::Block(Bytes bytes) : bytes_(bytes) {
    if (bytes == 0) return;
    void* data = nullptr;
    const int failed =
        memkind_posix_memalign(MEMKIND_DEFAULT, &data, huge_page, static_cast<std::size_t>(bytes));
    framework::require<framework::OutOfTierMemory>(
        failed == 0, "cannot get ", framework::print_bytes(bytes),
        " of DRAM: the system has less to give; use a smaller batch, or a smaller --dram");
    madvise(data, static_cast<std::size_t>(bytes),
            MADV_HUGEPAGE);  // advice alone: without it the pages are small
    data_.reset(static_cast<std::byte*>(data));
    std::memset(data, 0, static_cast<std::size_t>(bytes));
}

void Block::Free::operator()(std::byte* data) const {
    memkind_free(MEMKIND_DEFAULT, data);
}

std::string memkind_version() {
    const int version = memkind_get_version();  // major · 10⁶ + minor · 10³ + patch
    return framework::text(version / 1000000, '.', version / 1000 % 1000, '.', version % 1000);
}

}  // namespace runtime
