#include "optimizer/model/kernel_hull.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <random>

#include <doctest/doctest.h>

#include "optimizer/search/milp.h"

using namespace framework;
using namespace optimizer;

namespace {

// Every operand alone, all together, and of the others every `sparse`th set.
KernelProfile random_kernel(std::mt19937& random, std::size_t operands, unsigned sparse) {
    KernelProfile kernel;
    for (TierMask slow = 0; slow < TierMask{1} << operands; ++slow) {
        const bool needed = std::popcount(slow) < 2 || slow + 1 == TierMask{1} << operands;
        if (needed || random() % sparse == 0)
            kernel.timings.push_back({slow, 1 + static_cast<double>(random() % 1000) / 500, 0, 1});
    }
    return kernel;
}

KernelTable table_of(const KernelProfile& kernel, std::size_t operands) {
    std::vector<int> all(operands);
    std::iota(all.begin(), all.end(), 0);
    return {kernel, std::vector<StopId>(operands), all};
}

double hull_by_linear_program(const KernelTable& kernel, const std::vector<double>& share) {
    Milp milp;
    const Row one = milp.row("one", exactly(1));
    std::vector<Row> rows;
    for (const double s : share) rows.push_back(milp.row("share", exactly(s)));
    for (std::uint64_t slow = 0; slow < std::uint64_t{1} << share.size(); ++slow) {
        std::vector<Term<Row>> terms{{one, 1}};
        for (std::size_t i = 0; i < share.size(); ++i) {
            if ((slow >> i & 1U) != 0) terms.push_back({rows[i], 1});
        }
        milp.variable("set", at_least(0), kernel.seconds(slow), terms);
    }
    REQUIRE(milp.solve_lp() == Outcome::optimal);
    return milp.objective();
}

}  // namespace

TEST_CASE("kernel hull: a function is below the kernel's time of every set, and touches the hull") {
    std::mt19937 random(1);
    for (int i = 0; i < 200; ++i) {
        CAPTURE(i);
        const std::size_t operands = static_cast<std::size_t>(i % 9);
        const KernelProfile profile = random_kernel(random, operands, 1 + static_cast<unsigned>(i) % 20);
        const KernelTable kernel = table_of(profile, operands);
        std::vector<double> share(operands);
        for (double& s : share)
            s = std::clamp(static_cast<double>(random() % 1000) / 700 - 0.2, 0.0, 1.0);  // many are 0 or 1
        const KernelFunction function = touch_hull(kernel, share);
        REQUIRE(function.penalties.size() == operands);
        for (std::uint64_t slow = 0; slow < std::uint64_t{1} << operands; ++slow) {
            std::vector<double> at(operands);
            for (std::size_t o = 0; o < operands; ++o) at[o] = static_cast<double>(slow >> o & 1U);
            CHECK(value_at(function, at) <= kernel.seconds(slow) + 1e-8);
        }
        CHECK(value_at(function, share) ==
              doctest::Approx(hull_by_linear_program(kernel, share)).epsilon(1e-5));
    }
}

TEST_CASE("kernel hull: the nearest set is the nearest of all") {
    std::mt19937 random(2);
    for (int i = 0; i < 200; ++i) {
        CAPTURE(i);
        const std::size_t operands = static_cast<std::size_t>(i % 10);
        const KernelProfile profile = random_kernel(random, operands, 1 + static_cast<unsigned>(i) % 50);
        const KernelTable kernel = table_of(profile, operands);
        std::vector<double> penalty(operands);
        for (double& p : penalty) p = static_cast<double>(random() % 1000) / 500 - 1;
        double least = 1e9;
        for (std::uint64_t slow = 0; slow < std::uint64_t{1} << operands; ++slow) {
            double difference = kernel.seconds(slow);
            for (std::size_t o = 0; o < operands; ++o) difference -= (slow >> o & 1U) != 0 ? penalty[o] : 0;
            least = std::min(least, difference);
        }
        CHECK(nearest_set(kernel, penalty).constant == doctest::Approx(least));
    }
}
