#include "optimizer/proof/exact.h"

#include <algorithm>
#include <cctype>

#include "framework/base/numbers.h"

namespace optimizer {

namespace {

constexpr std::size_t most_before_point = 20;

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return std::isdigit(static_cast<unsigned char>(c)); });
}

Integer power_of_ten(std::size_t exponent) {
    return Integer("1" + std::string(exponent, '0'));
}

// What `source` holds up to one of `marks`, which is taken from it with the mark.
std::string_view take_until(std::string_view& source, std::string_view marks, bool& found) {
    const std::size_t end = source.find_first_of(marks);
    found = end != std::string_view::npos;
    const std::string_view taken = source.substr(0, end);
    source.remove_prefix(found ? end + 1 : source.size());
    return taken;
}

}  // namespace

const Integer& decimal_one() {
    static const Integer one = power_of_ten(decimal_places);
    return one;
}

std::optional<Integer> parse_decimal(std::string_view source) {
    if (source.size() > 200) return std::nullopt;
    const bool negative = source.starts_with('-');
    if (negative) source.remove_prefix(1);
    bool has_exponent = false, has_point = false;
    std::string_view mantissa = take_until(source, "eE", has_exponent);
    int exponent = 0;
    if (has_exponent) {
        const bool small = source.starts_with('-');
        if (small || source.starts_with('+')) source.remove_prefix(1);
        const auto read = framework::parse_number<int>(source);
        if (!all_digits(source) || source.size() > 3) return std::nullopt;
        exponent = small ? -*read : *read;
    }
    const std::string_view whole = take_until(mantissa, ".", has_point);
    if (!all_digits(whole) || (has_point && !all_digits(mantissa))) return std::nullopt;
    std::string digits = std::string(whole) + std::string(mantissa);
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.empty()) return Integer(0);
    int zeros = decimal_places + exponent - static_cast<int>(mantissa.size());
    for (; zeros < 0 && digits.ends_with('0'); ++zeros) digits.pop_back();
    if (zeros < 0 || digits.size() + static_cast<std::size_t>(zeros) > decimal_places + most_before_point)
        return std::nullopt;
    const Integer value(digits + std::string(static_cast<std::size_t>(zeros), '0'));
    return negative ? Integer(-value) : value;
}

std::string print_decimal(const Integer& decimal) {
    if (decimal == 0) return "0";
    std::string digits = abs(decimal).str();
    const int exponent = static_cast<int>(digits.size()) - 1 - decimal_places;
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.size() > 1) digits.insert(1, ".");
    return (decimal < 0 ? "-" : "") + digits + (exponent == 0 ? "" : "e" + std::to_string(exponent));
}

Integer rounded(const Integer& numerator, const Integer& denominator, Rounding rounding) {
    constexpr std::size_t digits = 20;
    const auto divide = [&](const Integer& above, const Integer& below) {
        Integer quotient = above / below;  // towards 0
        const bool inexact = quotient * below != above;
        if (inexact && rounding == Rounding::up && above > 0) ++quotient;
        if (inexact && rounding == Rounding::down && above < 0) --quotient;
        return quotient;
    };
    Integer decimal = divide(numerator * decimal_one(), denominator);
    const std::size_t length = abs(decimal).str().size();
    if (length <= digits) return decimal;
    const Integer step = power_of_ten(length - digits);
    return divide(decimal, step) * step;
}

Integer decimal_of(double value) {
    return parse_decimal(framework::print_number(value)).value_or(Integer(0));
}

double nearest_double(const Integer& decimal) {
    return framework::parse_number<double>(print_decimal(decimal)).value_or(0);
}

}  // namespace optimizer
