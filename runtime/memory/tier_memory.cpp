#include "runtime/memory/tier_memory.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include <sys/mman.h>

#include "framework/base/error.h"

namespace runtime {

using framework::Bytes;
using framework::OutOfTierMemory;
using framework::require;

void fill_zero(std::byte* data, Bytes bytes) {
#pragma omp parallel for schedule(static)
    for (Bytes at = 0; at < bytes; at += huge_page) {
        std::memset(data + at, 0, static_cast<std::size_t>(std::min(huge_page, bytes - at)));
    }
}

Block::Block(Bytes bytes, const Allocator& from) : bytes_(bytes) {
    if (bytes == 0) return;
    Allocation block = from.dram(bytes);
    require<OutOfTierMemory>(
        block.data != nullptr, "cannot get ", framework::print_bytes(bytes),
        " of DRAM: the system has less to give; use a smaller batch, or a smaller --dram");
    madvise(block.data, static_cast<std::size_t>(bytes),
            MADV_HUGEPAGE);  // only advice: if it is refused, the pages are small
    data_ = block.data;
    release_ = std::move(block.release);
    fill_zero(data_, bytes);
}

Block::Block(MappingPtr mapping, Bytes bytes, const Allocator& from)
    : mapping_(std::move(mapping)), bytes_(bytes) {
    if (bytes == 0) return;
    Allocation block = from.within(*mapping_, bytes);
    require<OutOfTierMemory>(block.data != nullptr, from.name, " cannot give ", framework::print_bytes(bytes),
                             " out of a mapping of ", framework::print_bytes(mapping_->bytes));
    data_ = block.data;
    release_ = std::move(block.release);
}

Block::~Block() {
    if (data_) release_();
}

Block::Block(Block&& other) noexcept {
    *this = std::move(other);
}

Block& Block::operator=(Block&& other) noexcept {
    std::swap(mapping_, other.mapping_);
    std::swap(data_, other.data_);
    std::swap(release_, other.release_);
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

const Allocator& allocator() {
    const Allocator* memkind = memkind_allocator();
    return memkind ? *memkind : own_allocator();
}

}  // namespace runtime
