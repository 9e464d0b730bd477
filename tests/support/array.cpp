#include "tests/support/array.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

namespace support {

using framework::DType;
using framework::Shape;
using framework::TensorType;
using runtime::Layout;

void FreeBytes::operator()(std::byte* data) const {
    std::free(data);
}

namespace {
constexpr std::size_t margin = 512;
constexpr std::uint8_t untouched = 0xA5;
}  // namespace

AlignedBytes::AlignedBytes(std::size_t size, std::uint8_t fill)
    : data_(static_cast<std::byte*>(std::aligned_alloc(64, (size + margin + 63) / 64 * 64)), FreeBytes{}),
      size_(size) {
    std::memset(data(), fill, size);
    std::memset(data() + size, untouched, margin);
}

bool AlignedBytes::ends_untouched() const {
    return std::all_of(data() + size_, data() + size_ + margin,
                       [](std::byte value) { return value == std::byte{untouched}; });
}

Array zeros(const Shape& shape) {
    return {{shape}, std::vector<float>(static_cast<std::size_t>(shape.elements()), 0.0F)};
}

Array normal(const Shape& shape, unsigned seed, float mean, float deviation) {
    Array array = zeros(shape);
    std::mt19937 random(seed);
    std::normal_distribution<float> draw(mean, deviation);
    for (float& value : array.values) value = draw(random);
    return array;
}

Array spread(const Shape& shape, unsigned seed) {
    Array array = zeros(shape);
    const std::size_t half = array.values.size() / 2;
    std::iota(array.values.begin(), array.values.end(), 0.5F - static_cast<float>(half));
    for (float& value : array.values) value *= 0.05F;
    std::shuffle(array.values.begin(), array.values.end(), std::mt19937(seed));
    return array;
}

Array labels(std::int64_t count, int classes, unsigned seed) {
    Array array{{{count}, DType::s32}, std::vector<float>(static_cast<std::size_t>(count))};
    std::mt19937 random(seed);
    for (float& value : array.values) {
        value = static_cast<float>(random() % static_cast<unsigned>(classes));
    }
    return array;
}

double difference(const Array& a, const Array& b) {
    if (a.values.size() != b.values.size()) return std::numeric_limits<double>::infinity();
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        const double x = a.values[i], y = b.values[i];
        if (std::isnan(x) || std::isnan(y)) return std::numeric_limits<double>::infinity();
        largest = std::max(largest, std::abs(y));
        if (x != y) worst = std::max(worst, std::abs(x - y));
    }
    return largest > 0 ? worst / largest : worst;
}

namespace {

// Where the element of a row-major index lies, in elements. The layout may split the array's dimensions.
std::int64_t place_of(std::int64_t index, const Layout& layout) {
    std::array<std::int64_t, Shape::max_rank> at{};
    const auto on = [&](int axis) -> std::int64_t& { return at[axis]; };
    for (int axis = layout.shape().rank(); axis-- > 0;) {
        on(axis) = index % layout.shape()[axis];
        index /= layout.shape()[axis];
    }
    std::int64_t place = 0, step = 1;
    for (std::size_t i = layout.blocks.size(); i-- > 0;) {
        const Layout::Block& block = layout.blocks[i];
        if (block.size == 0) continue;
        place += on(block.axis) % block.size * step;
        on(block.axis) /= block.size;
        step *= block.size;
    }
    for (std::size_t axis = 0; axis < at.size(); ++axis) place += at[axis] * layout.strides[axis];
    return place;
}

// visit(element of `bytes`, row-major index), the element a reference of the dtype's own type.
template <class Bytes, class Visit>
void for_each_element(const TensorType& type, Bytes* bytes, const Layout& layout, const Visit& visit) {
    const auto all = [&](auto* elements) {
        for (std::int64_t i = 0; i < type.shape.elements(); ++i) {
            visit(elements[place_of(i, layout)], static_cast<std::size_t>(i));
        }
    };
    using std::conditional_t, std::is_const_v;
    constexpr bool constant = is_const_v<Bytes>;
    switch (type.dtype) {
        case DType::f32:
            return all(reinterpret_cast<conditional_t<constant, const float, float>*>(bytes));
        case DType::s32:
            return all(reinterpret_cast<conditional_t<constant, const std::int32_t, std::int32_t>*>(bytes));
        case DType::u8:
            return all(reinterpret_cast<conditional_t<constant, const std::uint8_t, std::uint8_t>*>(bytes));
    }
}

}  // namespace

AlignedBytes lay_out(const Array& array, const Layout& layout) {
    AlignedBytes bytes(static_cast<std::size_t>(layout.bytes()), 0);
    for_each_element(array.type, bytes.data(), layout, [&](auto& element, std::size_t i) {
        element = static_cast<std::decay_t<decltype(element)>>(array.values[i]);
    });
    return bytes;
}

Array row_major(const TensorType& type, std::span<const std::byte> bytes, const Layout& layout) {
    Array array{type, std::vector<float>(static_cast<std::size_t>(type.shape.elements()))};
    for_each_element(type, bytes.data(), layout, [&](const auto& element, std::size_t i) {
        array.values[i] = static_cast<float>(element);
    });
    return array;
}

}  // namespace support
