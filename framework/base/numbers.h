// Numbers as text, read and written the same under every locale: the decimal point is a point, and digits are
// not grouped.
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "framework/base/error.h"
#include "framework/base/text.h"

namespace framework {

// Parses all of `source` as a decimal number: "16", "-3", and for a floating-point T also "0.5" and "1e-3".
// Returns nothing for anything else: a leading +, spaces, hexadecimal digits, inf, nan, an exponent or a
// point where T is an integer, a number that T cannot hold. -0 is 0 where T is signed.
template <class T>
std::optional<T> parse_number(std::string_view source) {
    T value{};
    const char* end = source.data() + source.size();
    const auto [stop, error] = std::from_chars(source.data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    if constexpr (std::is_floating_point_v<T>) {
        if (!std::isfinite(value)) return std::nullopt;
    }
    return value + T{0};
}

// The numbers from `least` to `most`, both included unless `most_excluded`.
template <class T>
struct Interval {
    T least, most;
    bool most_excluded = false;

    bool holds(T value) const { return value >= least && (most_excluded ? value < most : value <= most); }
};

// Prints the fewest digits that read back as the same number: "0.001", "1e18", "20000".
std::string print_number(double value);
// Prints `digits` digits after the decimal point: fixed(0.5, 2) is "0.50".
std::string fixed(double value, int digits);

template <class T>
std::string print_number(T value) requires std::is_integral_v<T> {
    return std::to_string(value);
}

// "a whole number from 1 to 100", "a number in [0, 1)".
template <class T>
std::string describe(const Interval<T>& interval) {
    const std::string kind = std::is_integral_v<T> ? "a whole number" : "a number";
    const std::string least = print_number(interval.least), most = print_number(interval.most);
    return interval.most_excluded ? text(kind, " in [", least, ", ", most, ")")
                                  : text(kind, " from ", least, " to ", most);
}

// Parses all of `source`. If it is not a number in the interval, throws UsageError, which names `what`, the
// text given and the interval.
template <class T>
T read_number(std::string_view source, const Interval<T>& interval, std::string_view what) {
    const std::optional<T> value = parse_number<T>(source);
    require<UsageError>(value && interval.holds(*value), what, ": ", in_quotes(source), " is not ",
                        describe(interval));
    return *value;
}

}  // namespace framework
