#include "runtime/training/ranking.h"

#include <limits>
#include <vector>

#include <doctest/doctest.h>

using runtime::rank_of;

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("ranking: larger logits come first") {
    const std::vector<float> logits{0.5F, -1, 3, 2};
    for (const auto& [label, rank] : {std::pair{2, 0}, {3, 1}, {0, 2}, {1, 3}})
        CHECK(rank_of(logits, label) == rank);
}

TEST_CASE("ranking: of the same logits the lower index comes first, so one class alone is the answer") {
    for (const float same : {0.0F, -2.5F, infinity, -infinity}) {
        const std::vector<float> logits(7, same);
        for (int label = 0; label < 7; ++label) CHECK(rank_of(logits, label) == label);
    }
    const std::vector<float> logits{1, 4, 0, 4, 1};
    for (const auto& [label, rank] : {std::pair{1, 0}, {3, 1}, {0, 2}, {4, 3}, {2, 4}})
        CHECK(rank_of(logits, label) == rank);
    CHECK(rank_of(std::vector<float>{0.0F, -0.0F}, 1) == 1);
}

TEST_CASE("ranking: a NaN among the logits leaves no answer, wherever it is") {
    for (std::size_t at = 0; at < 3; ++at) {
        std::vector<float> logits{1, 2, 3};
        logits[at] = nan;
        for (int label = 0; label < 3; ++label) CHECK(rank_of(logits, label) == std::nullopt);
    }
    CHECK(rank_of(std::vector<float>{infinity, 0}, 0) == 0);
}

TEST_CASE("ranking: the best classes are those of the lowest ranks, and probabilities sum to one") {
    const std::vector<float> logits{1, 4, 0, 4, 1};
    CHECK(runtime::best_of(logits, 3) == std::vector<int>{1, 3, 0});
    CHECK(runtime::best_of(logits, 9) == std::vector<int>{1, 3, 0, 4, 2});
    CHECK(runtime::best_of(std::vector<float>{1, nan}, 1).empty());
    const std::vector<double> even = runtime::probabilities_of(std::vector<float>{1000, 1000});
    CHECK(even == std::vector<double>{0.5, 0.5});
    double sum = 0;
    for (const double probability : runtime::probabilities_of(logits)) sum += probability;
    CHECK(sum == doctest::Approx(1));
}
