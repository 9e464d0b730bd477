#include "framework/base/units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "framework/base/numbers.h"

namespace framework {

namespace {

std::string three_digits(double value, const char* unit) {
    const double size = std::abs(value);
    return fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0) + ' ' + unit;
}

}  // namespace

std::string print_bytes(Bytes bytes) {
    const double size = std::abs(static_cast<double>(bytes));
    if (size < kib) return std::to_string(bytes) + " B";
    if (size < mib) return three_digits(static_cast<double>(bytes) / kib, "KiB");
    if (size < gib) return three_digits(static_cast<double>(bytes) / mib, "MiB");
    return three_digits(static_cast<double>(bytes) / gib, "GiB");
}

std::string print_seconds(Seconds seconds) {
    const double size = std::abs(seconds);
    if (size >= 1.0 || size == 0.0) return three_digits(seconds, "s");
    if (size >= 1e-3) return three_digits(seconds * 1e3, "ms");
    return three_digits(seconds * 1e6, "us");
}

Bytes parse_bytes(std::string_view source, std::string_view what) {
    static constexpr std::array<std::pair<std::string_view, double>, 12> units{{{"", 1.0},
                                                                                {"B", 1.0},
                                                                                {"KiB", kib},
                                                                                {"MiB", mib},
                                                                                {"GiB", gib},
                                                                                {"TiB", gib * 1024.0},
                                                                                {"kB", 1e3},
                                                                                {"KB", 1e3},
                                                                                {"MB", 1e6},
                                                                                {"GB", 1e9},
                                                                                {"TB", 1e12},
                                                                                {"G", gib}}};
    const std::size_t digits = source.find_last_of("0123456789.") + 1;  // 0: there are none
    const auto unit = std::ranges::find(units, source.substr(digits), &decltype(units)::value_type::first);
    const auto value = parse_number<double>(source.substr(0, digits));
    const bool fits =
        unit != units.end() && value && Interval<double>{0, most_bytes}.holds(*value * unit->second);
    require<UsageError>(fits, what, ": ", in_quotes(source),
                        " is not a size from 0 to 1e18 bytes; write it as 6GiB, 512MiB or 200MB");
    return static_cast<Bytes>(std::llround(*value * unit->second));
}

}  // namespace framework
