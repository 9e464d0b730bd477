// Allocators of the blocks of a tier: memkind where the distribution packages it, else our own, which calls
// mmap().
#pragma once

#include <functional>
#include <string>

#include "framework/base/units.h"

namespace runtime {

struct Mapping;

struct Allocation {
    std::byte* data = nullptr;  // null: the system refused
    std::function<void()> release = [] {};
};

struct Allocator {
    const char* name;
    std::string (*version)();                            // for reports
    Allocation (*dram)(framework::Bytes bytes);          // aligned to a huge page
    framework::Bytes (*needed)(framework::Bytes bytes);  // size of a mapping that can hold a block of `bytes`
    // Allocates a block inside a mapping of at least needed(bytes) bytes, and reserves the ranges that it
    // uses.
    Allocation (*within)(Mapping& mapping, framework::Bytes bytes);
};

const Allocator& own_allocator();
const Allocator* memkind_allocator();  // null: built without memkind
const Allocator& allocator();          // memkind's if there is one

inline constexpr framework::Bytes huge_page = framework::Bytes{1} << 21;

}  // namespace runtime
