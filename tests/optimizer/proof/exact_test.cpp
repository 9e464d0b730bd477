#include "optimizer/proof/exact.h"

#include <cmath>
#include <random>

#include <doctest/doctest.h>

#include "optimizer/proof/exact_times.h"

using namespace optimizer;

TEST_CASE("exact: decimals are read as they are written, and printed so that they read back") {
    const auto read = [](const char* source) { return *parse_decimal(source); };
    CHECK(read("16") == decimal_one() * 16);
    CHECK(read("-0.5") * 2 == -decimal_one());
    CHECK(read("1.25e-3") * 800 == decimal_one());
    CHECK(read("0012.50E+1") == decimal_one() * 125);
    CHECK(read("0.1") * 10 == decimal_one());  // which no double is
    CHECK(read("1e-60") == 1);
    CHECK(read("100e-62") == 1);
    CHECK(read("-0.000e99") == 0);
    for (const char* none : {"", "-", ".5", "5.", "1e", "+1", " 1", "1 ", "0x1", "inf", "nan", "1e-61",
                             "1e20", "1,5", "1e+-3", "1.5.2", "1e1000"}) {
        CAPTURE(none);
        CHECK_FALSE(parse_decimal(none));
    }
    for (const char* text : {"0", "1", "1.25e-3", "-7.5e19", "1e-60", "1.0000000000000000000001e1"}) {
        CHECK(print_decimal(read(text)) == text);
    }
}

TEST_CASE("exact: quotients are rounded to twenty digits, down or up, also of negative numbers") {
    CHECK(print_decimal(rounded(1, 3, Rounding::down)) == "3.3333333333333333333e-1");
    CHECK(print_decimal(rounded(1, 3, Rounding::up)) == "3.3333333333333333334e-1");
    CHECK(print_decimal(rounded(-1, 3, Rounding::down)) == "-3.3333333333333333334e-1");
    CHECK(print_decimal(rounded(-1, 3, Rounding::up)) == "-3.3333333333333333333e-1");
    CHECK(print_decimal(rounded(5, 4, Rounding::up)) == "1.25");
    CHECK(rounded(0, 7, Rounding::up) == 0);
}

TEST_CASE("exact: doubles go to the decimal with the fewest digits and come back") {
    std::mt19937_64 random(1);
    for (int i = 0; i < 1000; ++i) {
        const double value =
            std::ldexp(static_cast<double>(random() >> 11), -53 - static_cast<int>(random() % 60));
        CHECK(nearest_double(decimal_of(value)) == value);
    }
    CHECK(decimal_of(0.1) * 10 == decimal_one());
}

TEST_CASE("exact: a function's distance from its kernel is the least over all allowed sets, each looked at") {
    std::mt19937 random(1);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const auto one = [](int value) { return decimal_one() * value; };
    const TimeUnit unit({.latency_s = 0, .bytes_per_s = one(3)}, {.latency_s = 0, .bytes_per_s = one(7)});
    for (int trial = 0; trial < 300; ++trial) {
        CAPTURE(trial);
        const std::size_t operands = static_cast<std::size_t>(below(5)) + 1;
        std::vector<StoredTime> listed{{0, one(20), 0}};
        for (framework::TierMask slow = 1; slow < framework::TierMask{1} << operands; ++slow) {
            const bool single = (slow & (slow - 1)) == 0;
            if (single || below(3) > 0) listed.push_back({slow, one(20 + below(20)), 0});
        }
        const KernelTimes times(listed, operands, unit);
        std::vector<Integer> penalties;
        for (std::size_t i = 0; i < operands; ++i) penalties.push_back(unit.seconds(one(below(16) - 3)));
        const framework::TierMask may = random() % (1U << operands), must = may & random();
        std::optional<Integer> least;
        for (framework::TierMask slow = 0; slow < framework::TierMask{1} << operands; ++slow) {
            if ((slow & ~may) != 0 || (must & ~slow) != 0) continue;
            Integer above = times.at(slow) - unit.seconds(one(10));
            for (std::size_t i = 0; i < operands; ++i)
                above -= (slow >> i & 1U) != 0 ? penalties[i] : Integer(0);
            if (!least || above < *least) least = above;
        }
        CHECK(times.least_above(unit.seconds(one(10)), penalties, may, must) == *least);
    }
}

TEST_CASE("exact: a copy takes its latency and the bytes over the rate, to the last digit") {
    const TimeUnit unit({.latency_s = *parse_decimal("0.25"), .bytes_per_s = *parse_decimal("3.5e9")},
                        {.latency_s = 0, .bytes_per_s = *parse_decimal("7")});
    CHECK((unit.copy(framework::Tier::dram, 7) - unit.second() / 4) * 500'000'000 == unit.second());
    CHECK(unit.copy(framework::Tier::slow, 3) * 7 == unit.second() * 3);
    CHECK(unit.price(decimal_one(), framework::Bytes{1} << 30) == unit.second());
}
