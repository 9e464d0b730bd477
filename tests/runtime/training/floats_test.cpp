#include "runtime/training/floats.h"

#include <array>
#include <bit>
#include <cmath>

#include <doctest/doctest.h>

using namespace runtime;

namespace {

// The value that a format with so many bits of exponent and fraction gives to `bits`, as IEEE 754 defines it.
double defined(std::uint16_t bits, int exponent_bits, int fraction_bits) {
    const int exponent = bits >> fraction_bits & ((1 << exponent_bits) - 1);
    const int fraction = bits & ((1 << fraction_bits) - 1), bias = (1 << (exponent_bits - 1)) - 1;
    const double sign = bits >> 15 ? -1 : 1;
    if (exponent == (1 << exponent_bits) - 1) return fraction ? std::nan("") : sign * HUGE_VAL;
    if (exponent == 0) return sign * std::ldexp(fraction, 1 - bias - fraction_bits);
    return sign * std::ldexp((1 << fraction_bits) + fraction, exponent - bias - fraction_bits);
}

// Over all values; NaNs keep sign and payload.
void check_all(float (*convert)(std::uint16_t), int exponent_bits, int fraction_bits) {
    int wrong = 0, nans = 0;
    for (std::uint32_t bits = 0; bits < 65536; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        const float found = convert(half);
        const double wanted = defined(half, exponent_bits, fraction_bits);
        const auto found_bits = std::bit_cast<std::uint32_t>(found);
        const bool same_sign = found_bits >> 31 == bits >> 15;
        if (std::isnan(wanted)) {
            const std::uint32_t payload = (bits & ((1U << fraction_bits) - 1)) << (23 - fraction_bits);
            wrong += !std::isnan(found) || (found_bits & 0x7fffffU) != payload || !same_sign;
            ++nans;
        } else {
            wrong += found != wanted || !same_sign;
        }
    }
    CHECK(wrong == 0);
    CHECK(nans == 2 * ((1 << fraction_bits) - 1));
}

}  // namespace

TEST_CASE("floats: each of the 65,536 values of f16 and of bf16 becomes the f32 of the same value") {
    check_all(from_f16, 5, 10);
    check_all(from_bf16, 8, 7);
}

// From Python: struct.unpack('<e', ...), and numpy.float16.
TEST_CASE("floats: known values of f16") {
    CHECK(from_f16(0x0001) == 5.960464477539063e-08F);
    CHECK(from_f16(0x03ff) == 6.097555160522461e-05F);
    CHECK(from_f16(0x0400) == 6.103515625e-05F);
    CHECK(from_f16(0x3555) == 0.333251953125F);
    CHECK(from_f16(0x7bff) == 65504.0F);
    CHECK(from_f16(0xc000) == -2.0F);
}

TEST_CASE("floats: arrays are read wherever they begin") {
    // 1.0, -2.5 and 65504 as F16 and as BF16 (65504 rounds to 65536 there), behind one byte.
    const std::array<std::uint8_t, 7> f16{0, 0x00, 0x3c, 0x00, 0xc1, 0xff, 0x7b};
    const std::array<std::uint8_t, 7> bf16{0, 0x80, 0x3f, 0x20, 0xc0, 0x80, 0x47};
    std::vector<float> values;
    read_as_f32({"a", Dtype::f16, {3}, f16.data() + 1}, values);
    CHECK(values == std::vector<float>{1, -2.5F, 65504});
    read_as_f32({"a", Dtype::bf16, {3}, bf16.data() + 1}, values);
    CHECK(values == std::vector<float>{1, -2.5F, 65536});
    CHECK_FALSE(is_readable_as_f32(Dtype::f64));
    CHECK_FALSE(is_readable_as_f32(Dtype::i16));
}
