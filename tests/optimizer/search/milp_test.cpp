#include "optimizer/search/milp.h"

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "tests/support/comma_locale.h"

using namespace optimizer;

TEST_CASE("milp: a linear program, its duals, and what changes after it was solved") {
    Milp milp;  // maximise 3 x + 2 y
    const Variable x = milp.variable("x", at_least(0), -3), y = milp.variable("y", at_least(0), -2);
    const Row wood = milp.row("wood", at_most(4), {{x, 1}, {y, 1}});
    const Row work = milp.row("work", at_most(6), {{x, 1}, {y, 3}});
    REQUIRE(milp.solve_lp() == Outcome::optimal);
    CHECK(milp.objective() == doctest::Approx(-12));
    CHECK(milp.value(x) == doctest::Approx(4));
    CHECK(milp.dual(wood) == doctest::Approx(-3));
    CHECK(milp.dual(work) == doctest::Approx(0));

    const Term<Row> into[]{{wood, 1.0}};
    const Variable z = milp.variable("z", at_most(1), -5, into);
    milp.set_range(x, between(0, 2));
    REQUIRE(milp.solve_lp() == Outcome::optimal);
    CHECK(milp.value(z) == doctest::Approx(1));
    CHECK(milp.objective() == doctest::Approx(-5 - 6 - 2));
    milp.set_cost(y, 0);
    milp.set_range(wood, at_most(3));
    REQUIRE(milp.solve_lp() == Outcome::optimal);
    CHECK(milp.objective() == doctest::Approx(-11));
    milp.row("much", at_least(10), {{x, 1}});
    CHECK(milp.solve_lp() == Outcome::infeasible);
}

TEST_CASE("milp: a knapsack by branch and cut, from a start that is known") {
    const double worth[]{10, 13, 7, 8, 2}, weight[]{5, 6, 3, 4, 1};
    for (const bool with_start : {false, true}) {
        Milp milp;
        std::vector<Term<Variable>> terms;
        for (int i = 0; i < 5; ++i)
            terms.push_back({milp.binary(framework::text("x", i), -worth[i]), weight[i]});
        milp.row("fits", at_most(10), terms);
        REQUIRE(milp.solve_lp() == Outcome::optimal);
        const std::vector<double> start{0, 0, 1, 1, 1};
        REQUIRE(milp.solve_mip(0, {}, with_start ? start : std::vector<double>{}) == Outcome::optimal);
        CHECK(milp.objective() == doctest::Approx(-22));
        CHECK(milp.bound() == doctest::Approx(-22));
    }
}

TEST_CASE("milp: the text of a program names its rows and variables") {
    Milp milp;
    milp.row("fits", at_most(10), {{milp.variable("bytes", at_least(0), 1), 2}});
    CHECK(milp.print().find("fits: + 2 bytes <= 10") != std::string::npos);
}

TEST_CASE("milp: the model is written with decimal points where the locale has commas") {
    const auto written = [] {
        Milp milp;
        milp.row("fits", at_most(10.25), {{milp.variable("bytes", at_least(0), 1234.5), 0.125}});
        return milp.print();
    };
    const std::string before = written();
    CHECK(before.find("1234.5") != std::string::npos);
    const support::CommaLocale commas;
    CHECK(written() == before);
    std::array<char, 8> out{};
    std::snprintf(out.data(), out.size(), "%.1f", 0.5);
    CHECK(out[1] == (commas.in_c() ? ',' : '.'));  // the caller's locale is as it was
}
