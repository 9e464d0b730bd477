#include "framework/units.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "framework/error.h"

namespace framework {

namespace {

std::string three_digits(double value, const char* unit) {
    const double size = std::abs(value);
    std::array<char, 48> out{};
    std::snprintf(out.data(), out.size(),
                  size < 9.995   ? "%.2f %s"
                  : size < 99.95 ? "%.1f %s"
                                 : "%.0f %s",
                  value, unit);
    return out.data();
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
    const std::string number(source);
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    const std::string unit(end);
    static const std::array<std::pair<const char*, double>, 12> units{{{"", 1.0},
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
    for (const auto& [name, factor] : units) {
        if (end != number.c_str() && unit == name && std::isfinite(value) && value >= 0.0 &&
            value * factor < 9e18) {
            return static_cast<Bytes>(std::llround(value * factor));
        }
    }
    throw UsageError(text(what, ": \"", source, "\" is no size; write it as 6GiB, 512MiB or 200MB"));
}

}  // namespace framework
