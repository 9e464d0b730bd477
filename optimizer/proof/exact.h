// Exact numbers: decimals as a plan file writes them, and the whole numbers that a proof is reckoned in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/multiprecision/cpp_int.hpp>

namespace optimizer {

// A whole number of any size; up to 512 bits without an allocation.
using Integer =
    boost::multiprecision::number<boost::multiprecision::cpp_int_backend<512>, boost::multiprecision::et_off>;

// A decimal number is kept as a multiple of 10^-60: 0.5 is 5 · 10^59.
constexpr int decimal_places = 60;
const Integer& decimal_one();

// "16", "-0.5", "1.25e-3": the value of the text itself, not of the floating-point number next to it. Empty
// for anything else, for more than 60 places after the point, and for 10^20 and more.
std::optional<Integer> parse_decimal(std::string_view source);

std::string print_decimal(const Integer& decimal);  // "1.25e-3"; reads back as the same number

// numerator / denominator as a decimal of twenty digits, not above it or not below it.
enum class Rounding { down, up };
Integer rounded(const Integer& numerator, const Integer& denominator, Rounding rounding);

// The decimal with the fewest digits that reads back as `value`; 0 for what is smaller than 10^-60.
Integer decimal_of(double value);
double nearest_double(const Integer& decimal);

}  // namespace optimizer
