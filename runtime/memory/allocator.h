// Where the blocks of a tier come from: memkind where the distribution packages it, mappings of our own
// elsewhere.
#pragma once

#include <functional>
#include <string>

#include "framework/base/units.h"

namespace runtime {

struct Mapping;

struct Allocation {
    std::byte* data = nullptr;  // null: the system refuses
    std::function<void()> release = [] {};
};

struct Allocator {
    const char* name;
    std::string (*version)();                            // as reports have it
    Allocation (*dram)(framework::Bytes bytes);          // on a huge page's boundary
    framework::Bytes (*needed)(framework::Bytes bytes);  // addresses of a mapping that is to hold a block
    // A block out of a mapping of needed(bytes) or more, of which it reserves what it touches.
    Allocation (*within)(Mapping& mapping, framework::Bytes bytes);
};

const Allocator& own_allocator();
const Allocator* memkind_allocator();  // null: built without memkind
const Allocator& allocator();          // memkind's if there is one

inline constexpr framework::Bytes huge_page = framework::Bytes{1} << 21;

}  // namespace runtime
