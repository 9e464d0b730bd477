#include "framework/base/numbers.h"

#include <array>

namespace framework {

namespace {

// Room for any double in full: up to 309 digits before the point.
using Digits = std::array<char, 400>;

}  // namespace

std::string print_number(double value) {
    Digits digits{};
    std::string out(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
    // Turns 1e+18 into 1e18, and 1e-06 into 1e-6.
    const auto exponent = out.find('e');
    if (exponent == std::string::npos) return out;
    auto first = exponent + 1;
    if (out[first] == '+') out.erase(first, 1);
    if (out[first] == '-') ++first;
    while (out[first] == '0') out.erase(first, 1);
    return out;
}

std::string fixed(double value, int digits) {
    Digits out{};
    const auto end =
        std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::fixed, digits);
    return {out.data(), end.ptr};
}

}  // namespace framework
