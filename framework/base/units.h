// Sizes in bytes, times in seconds, and how both are parsed and printed. Other numbers carry their unit in
// their name (iteration_s).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace framework {

using Bytes = std::int64_t;
using Seconds = double;

constexpr double kib = 1024.0;
constexpr double mib = 1024.0 * kib;
constexpr double gib = 1024.0 * mib;

constexpr double in_mib(Bytes bytes) {
    return static_cast<double>(bytes) / mib;
}
constexpr double in_gib(Bytes bytes) {
    return static_cast<double>(bytes) / gib;
}

// "0 B", "312 KiB", "4.0 GiB": three significant digits at most.
std::string print_bytes(Bytes bytes);

// "2.41 s", "35.2 ms", "18 us".
std::string print_seconds(Seconds seconds);

// The largest size that parse_bytes() accepts, so that sums of several sizes do not overflow Bytes.
constexpr double most_bytes = 1e18;

// Parses "6GiB", "512MiB", "1.5e9", "200MB". Throws UsageError, which names `what`, for anything else and for
// more than most_bytes.
Bytes parse_bytes(std::string_view text, std::string_view what);

namespace literals {
constexpr Bytes operator""_KiB(unsigned long long n) {
    return static_cast<Bytes>(n) << 10;
}
constexpr Bytes operator""_MiB(unsigned long long n) {
    return static_cast<Bytes>(n) << 20;
}
constexpr Bytes operator""_GiB(unsigned long long n) {
    return static_cast<Bytes>(n) << 30;
}
}  // namespace literals

}  // namespace framework
