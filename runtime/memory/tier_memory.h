// Memory of a tier: blocks that free themselves.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "framework/base/units.h"
#include "runtime/memory/allocator.h"

namespace runtime {

// A range of addresses that some kind of memory stands behind, given back when it goes.
struct Mapping {
    std::byte* address = nullptr;
    framework::Bytes bytes = 0;
    // Makes sure of room behind [offset, offset + bytes), so that no access to it can fail. Throws
    // OutOfTierMemory.
    using Range = std::function<void(framework::Bytes offset, framework::Bytes bytes)>;
    Range reserve = [](auto, auto) {};
    // Of memory that the system keeps copies of in DRAM, a file's: has the medium hold what was written.
    Range write_back = [](auto, auto) {};
    Range begin_write_back = [](auto, auto) {};  // the same, without waiting for the medium
    Range drop_copies = [](auto, auto) {
    };  // of what write_back() was called for: the next access goes to the medium
    // Of a plain file, where copies go better by read and write than through pages: a write through the
    // mapping reads the page first. They return 0, or errno. Empty: loads and stores are the way.
    using Transfer = std::function<int(framework::Bytes offset, std::byte* memory, framework::Bytes bytes)>;
    Transfer load, store;
    std::function<void()> release = [] {};

    Mapping() = default;
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() { release(); }
};
using MappingPtr = std::unique_ptr<Mapping>;

// A block of one tier's memory, zero, aligned to a page or better.
class Block {
  public:
    Block() = default;
    // DRAM, huge pages where there are; throws OutOfTierMemory.
    explicit Block(framework::Bytes bytes, const Allocator& from = allocator());
    // Out of a mapping of from.needed(bytes) or more; throws OutOfTierMemory.
    Block(MappingPtr mapping, framework::Bytes bytes, const Allocator& from = allocator());
    ~Block();
    Block(Block&& other) noexcept;
    Block& operator=(Block&& other) noexcept;

    std::byte* data() const { return data_; }
    framework::Bytes bytes() const { return bytes_; }
    framework::Bytes resident() const;  // of its pages, what the system holds in DRAM now
    bool is_file() const { return mapping_ && mapping_->load; }
    int load(framework::Bytes offset, std::byte* to, framework::Bytes bytes) const;
    int store(framework::Bytes offset, const std::byte* from, framework::Bytes bytes) const;
    // As Mapping has them, of a range of the block; of DRAM, nothing.
    void write_back(framework::Bytes offset, framework::Bytes bytes) const;
    void begin_write_back(framework::Bytes offset, framework::Bytes bytes) const;
    void drop_copies(framework::Bytes offset, framework::Bytes bytes) const;

  private:
    MappingPtr mapping_;
    std::byte* data_ = nullptr;
    std::function<void()> release_;  // before the mapping goes
    framework::Bytes bytes_ = 0;
};

// By all threads: the first touch of memory is the system's work, page by page.
void fill_zero(std::byte* data, framework::Bytes bytes);

}  // namespace runtime
