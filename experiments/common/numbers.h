// Flags whose values are numbers. They are read the same under every locale. Each has an interval, which is
// named by --help and by the error for any other value.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include <CLI/CLI.hpp>

#include "framework/base/numbers.h"

namespace experiments {

using framework::Interval;

// The intervals of counts, sizes and seeds.
inline constexpr Interval<std::int64_t> positive{1, 1'000'000'000};
inline constexpr Interval<std::int64_t> batches{1, 1'000'000};  // images in a batch, classes
inline constexpr Interval<std::int64_t> image_side{1, 16384};
inline constexpr Interval<std::int64_t> threads_of_a_machine{1, 1024};
inline constexpr Interval<std::uint64_t> any_seed{0, UINT64_MAX};
inline constexpr Interval<double> below_one{0, 1, true};
inline constexpr Interval<double> at_most_one{0, 1};

// The type that a flag's number is read as, before it is stored as T.
template <class T>
using Read = std::conditional_t<std::is_floating_point_v<T>, double,
                                std::conditional_t<std::is_unsigned_v<T>, std::uint64_t, std::int64_t>>;

template <class T>
std::string with_interval(const std::string& help, const Interval<T>& interval) {
    return framework::text(help, "; ", framework::describe(interval));
}

// A default value for --help. A float has the digits that tell it from other floats: 0.02, not
// 0.019999999552965164.
template <class T>
std::string print_default(T value) {
    if constexpr (std::is_same_v<T, float>) {
        std::array<char, 32> digits{};
        const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        return framework::print_number(*framework::parse_number<double>({digits.data(), end}));
    } else {
        return framework::print_number(value);
    }
}

// Reads a flag's number. Throws UsageError, which for 10% says that a fraction is written 0.1.
template <class T>
T read_value(const std::string& given, const Interval<T>& interval, const std::string& flag) {
    if (std::is_floating_point_v<T> && given.ends_with('%')) {
        const auto percent = framework::parse_number<T>(std::string_view(given).substr(0, given.size() - 1));
        if (percent && interval.holds(*percent / 100))
            throw framework::UsageError(framework::text(
                flag, " takes no percent; write ", framework::print_number(*percent / 100), " for ", given));
    }
    return framework::read_number(given, interval, flag);
}

template <class T>
CLI::Option* add_number(CLI::App& app, const std::string& flag, T& value, const Interval<Read<T>>& interval,
                        const std::string& help) {
    const auto read = [&value, flag, interval](const CLI::results_t& given) {
        value = static_cast<T>(read_value(given.front(), interval, flag));
        return true;
    };
    return app
        .add_option(flag, read, with_interval(help, interval), false,
                    [&value] { return print_default(value); })
        ->type_name("N");
}

// Adds a flag without a default value.
template <class T>
CLI::Option* add_number(CLI::App& app, const std::string& flag, std::optional<T>& value,
                        const Interval<Read<T>>& interval, const std::string& help) {
    const auto read = [&value, flag, interval](const CLI::results_t& given) {
        value = static_cast<T>(read_value(given.front(), interval, flag));
        return true;
    };
    return app.add_option(flag, read, with_interval(help, interval))->type_name("N");
}

}  // namespace experiments
