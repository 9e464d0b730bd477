#include "framework/base/numbers.h"

#include <cstdint>
#include <sstream>

#include <doctest/doctest.h>

#include "framework/base/units.h"
#include "framework/graph/layers.h"
#include "framework/graph/summary.h"
#include "framework/plan/machine.h"
#include "framework/plan/plan.h"
#include "tests/support/comma_locale.h"

using namespace framework;

TEST_CASE("numbers: the whole text is a decimal number, or it is none") {
    CHECK(parse_number<int>("16") == 16);
    CHECK(parse_number<int>("-3") == -3);
    CHECK(parse_number<int>("010") == 10);  // not octal
    CHECK(parse_number<double>("0.5") == 0.5);
    CHECK(parse_number<double>(".5") == 0.5);
    CHECK(parse_number<double>("1e5") == 1e5);
    CHECK(parse_number<double>("1E-3") == 1e-3);
    CHECK(parse_number<std::uint64_t>("18446744073709551615") == UINT64_MAX);
    for (const char* none : {"", " ", "+5", " 5", "5 ", "0x10", "1e5", "1.0", "many", "--3", "5,000",
                             "2147483648", "99999999999999999999", "inf", "nan"}) {
        CAPTURE(none);
        CHECK(parse_number<int>(none) == std::nullopt);
    }
    for (const char* none : {"", "+5.0", " 5", "5 ", "0x1p3", "nan", "-nan", "inf", "-inf", "infinity",
                             "1e999", "1,5", "1e", "e5", "."}) {
        CAPTURE(none);
        CHECK(parse_number<double>(none) == std::nullopt);
    }
    CHECK(parse_number<std::uint64_t>("-1") == std::nullopt);
}

TEST_CASE("numbers: minus zero is zero") {
    CHECK(parse_number<int>("-0") == 0);
    CHECK_FALSE(std::signbit(*parse_number<double>("-0")));
    CHECK_FALSE(std::signbit(*parse_number<float>("-0.0")));
}

TEST_CASE("numbers: one outside its interval is refused with what came and the interval") {
    const Interval<int> size{1, 100};
    CHECK(read_number("100", size, "--batch") == 100);
    CHECK_THROWS_WITH_AS(read_number("101", size, "--batch"),
                         "--batch: \"101\" is not a whole number from 1 to 100", UsageError);
    CHECK_THROWS_WITH_AS(read_number("1e2", size, "--batch"),
                         "--batch: \"1e2\" is not a whole number from 1 to 100", UsageError);
    const Interval<double> share{0, 1, true}, rate{1, 1e18};
    CHECK(read_number("0", share, "--momentum") == 0);
    CHECK_THROWS_WITH_AS(read_number("1", share, "--momentum"), "--momentum: \"1\" is not a number in [0, 1)",
                         UsageError);
    CHECK_THROWS_WITH_AS(read_number("0.5", rate, "rate"), "rate: \"0.5\" is not a number from 1 to 1e18",
                         UsageError);
}

TEST_CASE("numbers: a message repeats at most 60 characters of what came") {
    const std::string endless(100, '7');
    CHECK_THROWS_WITH_AS(
        read_number(endless, Interval<int>{1, 100}, "--batch"),
        ("--batch: \"" + endless.substr(0, 60) + "...\" is not a whole number from 1 to 100").c_str(),
        UsageError);
}

TEST_CASE("numbers: print with the fewest digits that read back, or with those asked for") {
    for (const auto& [value, printed] : {std::pair{0.001, "0.001"},
                                         {1e18, "1e18"},
                                         {1e-6, "1e-6"},
                                         {0.1, "0.1"},
                                         {20000.0, "20000"},
                                         {-1e300, "-1e300"},
                                         {0.0, "0"}}) {
        CHECK(print_number(value) == printed);
    }
    CHECK(print_number(INT64_MAX) == "9223372036854775807");
    CHECK(fixed(0.5, 2) == "0.50");
    CHECK(fixed(1234567.891, 1) == "1234567.9");
    CHECK(fixed(-0.004, 2) == "-0.00");
    CHECK(fixed(1e300, 0).size() == 301);
}

namespace {

// All that the framework prints of a network, and of its machine and plan.
std::string printed() {
    Graph graph;
    const Tensor x = input(graph, "images", {{2000, 3, 8, 8}});
    const Tensor y = x | conv(1500, {.kernel = 3}) | batch_norm({.epsilon = 0.25F}) | relu;
    graph.keep("y", y.id);
    const Schedule schedule(graph);
    Plan plan;
    for (int i = 0; i < std::ssize(schedule.storages()); ++i)
        plan.residencies.push_back({.storage = i, .tier = Tier::dram, .live = schedule.storages()[i].live});
    std::string all =
        print_bytes(1'610'612'736) + print_seconds(1.5) + text(0.25, ' ', 1234567, ' ', x.shape());
    for (const KernelProfile& kernel : simulate(graph, schedule, load_machine("paper")).kernels)
        all += print_number(kernel.seconds(0)) + ' ';
    std::ostringstream table, ops, drawing;  // of a user: of the locale that is set
    table << summarize(graph);
    ops << graph;
    write_graphviz(drawing, graph);
    return all + table.str() + ops.str() + drawing.str() + print_plan(schedule, plan);
}

}  // namespace

TEST_CASE("locale: where it has a decimal comma, all reads and prints as before") {
    const std::string before = printed();
    const support::CommaLocale commas;
    std::ostringstream out;
    out << 1234.5;
    REQUIRE(out.str() == "1.234,5");  // the locale is in force
    CHECK(printed() == before);
    CHECK(parse_bytes("1.5GiB", "--dram") == 1'610'612'736);
    CHECK_THROWS_AS(parse_bytes("1,5GiB", "--dram"), UsageError);
    CHECK(parse_number<double>("0.5") == 0.5);
    CHECK(parse_number<double>("0,5") == std::nullopt);
    CHECK(fixed(1234.5, 1) == "1234.5");
    CHECK(print_number(0.5) == "0.5");
}
