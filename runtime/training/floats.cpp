#include "runtime/training/floats.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>

namespace runtime {

namespace {

// Files of other writers need not be aligned.
template <class T>
void copy_to(std::vector<T>& values, const StoredTensor& tensor) {
    values.resize(tensor.bytes() / sizeof(T));
    std::copy_n(static_cast<const std::byte*>(tensor.data), tensor.bytes(),
                reinterpret_cast<std::byte*>(values.data()));
}

}  // namespace

float from_f16(std::uint16_t bits) {
    constexpr std::uint32_t infinite = 31, bias_difference = 127 - 15;
    const std::uint32_t sign = std::uint32_t{bits} >> 15 << 31, exponent = bits >> 10 & 31U,
                        fraction = bits & 1023U;
    if (exponent == infinite) return std::bit_cast<float>(sign | 0x7f800000U | fraction << 13);
    if (exponent > 0) return std::bit_cast<float>(sign | (exponent + bias_difference) << 23 | fraction << 13);
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;  // zero, or a subnormal number
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
}

float from_bf16(std::uint16_t bits) {
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

bool is_readable_as_f32(Dtype dtype) {
    return dtype == Dtype::f32 || dtype == Dtype::f16 || dtype == Dtype::bf16;
}

void read_as_f32(const StoredTensor& tensor, std::vector<float>& values) {
    assert(is_readable_as_f32(tensor.dtype));
    if (tensor.dtype == Dtype::f32) return copy_to(values, tensor);
    std::vector<std::uint16_t> halves;
    copy_to(halves, tensor);
    values.resize(halves.size());
    std::ranges::transform(halves, values.begin(), tensor.dtype == Dtype::f16 ? from_f16 : from_bf16);
}

}  // namespace runtime
