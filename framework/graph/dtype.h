// DType: the type of a tensor's elements, and one table of facts about each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "framework/base/units.h"

namespace framework {

enum class DType { f32, s32, u8 };

struct DTypeFacts {
    const char* name;
    Bytes size;          // of one element
    DType accumulation;  // the type of sums over elements: statistics, losses
};

// Indexed by DType. A new type needs a line here, and one in runtime/onednn/onednn.cpp.
inline constexpr std::array<DTypeFacts, 3> dtypes{
    {{"f32", 4, DType::f32}, {"s32", 4, DType::s32}, {"u8", 1, DType::s32}}};

constexpr const DTypeFacts& facts(DType type) {
    return dtypes[static_cast<std::size_t>(type)];
}
constexpr Bytes size_of(DType type) {
    return facts(type).size;
}
constexpr const char* name_of(DType type) {
    return facts(type).name;
}
constexpr DType accumulation_of(DType type) {
    return facts(type).accumulation;
}

// The type of a tensor whose elements are of type T: float, std::int32_t or std::uint8_t.
template <class T>
constexpr DType dtype_of() {
    if constexpr (std::is_same_v<T, float>) return DType::f32;
    if constexpr (std::is_same_v<T, std::int32_t>) return DType::s32;
    if constexpr (std::is_same_v<T, std::uint8_t>) return DType::u8;
}

}  // namespace framework
