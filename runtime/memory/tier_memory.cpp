#include "runtime/memory/tier_memory.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include <memkind.h>
#include <sys/mman.h>

#include "framework/base/error.h"

namespace runtime {

using framework::Bytes;
using framework::OutOfTierMemory;
using framework::require;

namespace {

constexpr Bytes huge_page = Bytes{1} << 21;
constexpr Bytes bookkeeping = Bytes{64} << 20;

}  // namespace

Bytes mapping_bytes(Bytes bytes) {
    const Bytes rounded = bytes + bytes / 4;  // size classes are at most a quarter apart
    return (rounded + bookkeeping + huge_page - 1) / huge_page * huge_page;
}

void fill_zero(std::byte* data, Bytes bytes) {
#pragma omp parallel for schedule(static)
    for (Bytes at = 0; at < bytes; at += huge_page) {
        std::memset(data + at, 0, static_cast<std::size_t>(std::min(huge_page, bytes - at)));
    }
}

Block::Block(Bytes bytes) : kind_(MEMKIND_DEFAULT), bytes_(bytes) {
    if (bytes == 0) return;
    void* data = nullptr;
    const int failed = memkind_posix_memalign(MEMKIND_DEFAULT, &data, static_cast<std::size_t>(huge_page),
                                              static_cast<std::size_t>(bytes));
    require<OutOfTierMemory>(
        failed == 0, "cannot get ", framework::print_bytes(bytes),
        " of DRAM: the system has less to give; use a smaller batch, or a smaller --dram");
    madvise(data, static_cast<std::size_t>(bytes),
            MADV_HUGEPAGE);  // advice alone: without it the pages are small
    data_ = static_cast<std::byte*>(data);
    fill_zero(data_, bytes);
}

Block::Block(MappingPtr mapping, Bytes bytes) : mapping_(std::move(mapping)), bytes_(bytes) {
    if (bytes == 0) return;
    mapping_->reserve(0, std::min(mapping_->bytes, bookkeeping / 4));
    memkind_t kind = nullptr;
    void* data = nullptr;
    const int failed =
        memkind_create_fixed(mapping_->address, static_cast<std::size_t>(mapping_->bytes), &kind) ||
        memkind_posix_memalign(kind, &data, 4096, static_cast<std::size_t>(bytes));
    require<OutOfTierMemory>(failed == 0, "memkind cannot give ", framework::print_bytes(bytes),
                             " out of a mapping of ", framework::print_bytes(mapping_->bytes));
    kind_ = kind;
    data_ = static_cast<std::byte*>(data);
    mapping_->reserve(data_ - mapping_->address, bytes);
}

Block::~Block() {
    if (!data_) return;
    memkind_free(static_cast<memkind_t>(kind_), data_);
    if (mapping_) memkind_destroy_kind(static_cast<memkind_t>(kind_));
}

Block::Block(Block&& other) noexcept {
    *this = std::move(other);
}

Block& Block::operator=(Block&& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(mapping_, other.mapping_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

Bytes Block::resident() const {
    constexpr Bytes page = 4096;
    if (bytes_ == 0) return 0;
    std::vector<unsigned char> in_core(static_cast<std::size_t>((bytes_ + page - 1) / page));
    if (mincore(data_, static_cast<std::size_t>(bytes_), in_core.data()) != 0) return 0;
    return page *
           std::count_if(in_core.begin(), in_core.end(), [](unsigned char flags) { return flags & 1U; });
}

int Block::load(Bytes offset, std::byte* to, Bytes bytes) const {
    return mapping_->load(data_ - mapping_->address + offset, to, bytes);
}

int Block::store(Bytes offset, const std::byte* from, Bytes bytes) const {
    return mapping_->store(data_ - mapping_->address + offset, const_cast<std::byte*>(from), bytes);
}

void Block::write_back(Bytes offset, Bytes bytes) const {
    if (mapping_) mapping_->write_back(data_ - mapping_->address + offset, bytes);
}

void Block::begin_write_back(Bytes offset, Bytes bytes) const {
    if (mapping_) mapping_->begin_write_back(data_ - mapping_->address + offset, bytes);
}

void Block::drop_copies(Bytes offset, Bytes bytes) const {
    if (mapping_) mapping_->drop_copies(data_ - mapping_->address + offset, bytes);
}

std::string memkind_version() {
    const int version = memkind_get_version();  // major · 10⁶ + minor · 10³ + patch
    return framework::text(version / 1000000, '.', version / 1000 % 1000, '.', version % 1000);
}

}  // namespace runtime
