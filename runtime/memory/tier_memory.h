// Memory of a tier: blocks that free themselves.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "framework/base/units.h"
#include "runtime/memory/allocator.h"

namespace runtime {

// A mapped range of addresses, backed by any kind of memory. The destructor releases it.
struct Mapping {
    std::byte* address = nullptr;
    framework::Bytes bytes = 0;
    // Reserves memory for [offset, offset + bytes), so that no access to it can fail. Throws OutOfTierMemory.
    using Range = std::function<void(framework::Bytes offset, framework::Bytes bytes)>;
    Range reserve = [](auto, auto) {};
    // For a file, of which the system keeps copies in DRAM: writes them to the medium.
    Range write_back = [](auto, auto) {};
    Range begin_write_back = [](auto, auto) {};  // the same, without waiting for the medium
    Range drop_copies = [](auto, auto) {
    };  // after write_back() of the same range: the next access reads the medium
    // For a plain file, where read() and write() copy faster than the mapping: a write through the mapping
    // reads the page first. Both return 0 or errno. If empty, data is copied through the mapping.
    using Transfer = std::function<int(framework::Bytes offset, std::byte* memory, framework::Bytes bytes)>;
    Transfer load, store;
    std::function<void()> release = [] {};

    Mapping() = default;
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() { release(); }
};
using MappingPtr = std::unique_ptr<Mapping>;

// A block of one tier's memory, filled with zeros, aligned to a page or better.
class Block {
  public:
    Block() = default;
    // A block of DRAM, on huge pages if the system has them. Throws OutOfTierMemory.
    explicit Block(framework::Bytes bytes, const Allocator& from = allocator());
    // A block inside a mapping of at least from.needed(bytes) bytes. Throws OutOfTierMemory.
    Block(MappingPtr mapping, framework::Bytes bytes, const Allocator& from = allocator());
    ~Block();
    Block(Block&& other) noexcept;
    Block& operator=(Block&& other) noexcept;

    std::byte* data() const { return data_; }
    framework::Bytes bytes() const { return bytes_; }
    framework::Bytes resident() const;  // bytes of its pages that are in DRAM now
    bool is_file() const { return mapping_ && mapping_->load; }
    int load(framework::Bytes offset, std::byte* to, framework::Bytes bytes) const;
    int store(framework::Bytes offset, const std::byte* from, framework::Bytes bytes) const;
    // Like the functions of Mapping, for a range of the block. They do nothing for DRAM.
    void write_back(framework::Bytes offset, framework::Bytes bytes) const;
    void begin_write_back(framework::Bytes offset, framework::Bytes bytes) const;
    void drop_copies(framework::Bytes offset, framework::Bytes bytes) const;

  private:
    MappingPtr mapping_;
    std::byte* data_ = nullptr;
    std::function<void()> release_;  // called before the mapping is released
    framework::Bytes bytes_ = 0;
};

// Fills with zeros by all threads, because the system takes time for the first touch of each page.
void fill_zero(std::byte* data, framework::Bytes bytes);

}  // namespace runtime
