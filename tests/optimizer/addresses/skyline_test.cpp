#include "optimizer/addresses/skyline.h"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

using namespace framework;
using optimizer::Interval;
using optimizer::Skyline;

namespace {

std::vector<Interval> random_intervals(std::mt19937& random, std::size_t count) {
    std::vector<Interval> intervals;
    for (std::size_t i = 0; i < count; ++i) {
        const int first = static_cast<int>(random() % 6);
        const int last = first + 1 + static_cast<int>(random() % 4);
        intervals.push_back({{first, last}, static_cast<Bytes>(64 * (1 + random() % 4))});
    }
    return intervals;
}

bool meet(const Interval& a, const Interval& b) {
    return a.live.first < b.live.last && b.live.first < a.live.last;
}

// The lowest height of all: in some order, each lies as low as those before it that it meets allow.
Bytes lowest_height(const std::vector<Interval>& intervals) {
    std::vector<std::size_t> order(intervals.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    Bytes lowest = std::numeric_limits<Bytes>::max();
    do {
        std::vector<Bytes> top(intervals.size(), 0);
        Bytes height = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            Bytes offset = 0;
            for (std::size_t j = 0; j < i; ++j) {
                if (meet(intervals[order[i]], intervals[order[j]])) offset = std::max(offset, top[order[j]]);
            }
            top[order[i]] = offset + intervals[order[i]].bytes;
            height = std::max(height, top[order[i]]);
        }
        lowest = std::min(lowest, height);
    } while (std::ranges::next_permutation(order).found);
    return lowest;
}

bool is_layout(const std::vector<Interval>& intervals, const std::vector<Bytes>& offsets, Bytes top) {
    for (std::size_t i = 0; i < intervals.size(); ++i) {
        if (offsets[i] < 0 || offsets[i] + intervals[i].bytes > top) return false;
        for (std::size_t j = 0; j < i; ++j) {
            const bool apart = offsets[i] + intervals[i].bytes <= offsets[j] ||
                               offsets[j] + intervals[j].bytes <= offsets[i];
            if (meet(intervals[i], intervals[j]) && !apart) return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("skyline: what brute force packs it packs, nearly always, and never anything lower") {
    std::mt19937 random(1);
    int packed = 0;
    constexpr int cases = 120;
    for (int i = 0; i < cases; ++i) {
        CAPTURE(i);
        const std::vector<Interval> intervals = random_intervals(random, 7);
        const Bytes lowest = lowest_height(intervals);
        std::vector<double> scores;
        for (const Interval& interval : intervals) scores.push_back(static_cast<double>(interval.bytes));
        Skyline skyline(intervals);
        if (skyline.pack(scores, lowest, 100'000)) {
            ++packed;
            CHECK(is_layout(intervals, skyline.offsets(), lowest));
        }
        const Bytes lower = lowest - Schedule::alignment;
        if (lower >= std::ranges::max(skyline.load())) CHECK_FALSE(skyline.pack(scores, lower, 100'000));
    }
    CHECK(packed >= 95 * cases / 100);
}

TEST_CASE("skyline: it gives up after so many decisions, and names what waited") {
    const std::vector<Interval> intervals{{{0, 2}, 64}, {{1, 3}, 64}, {{2, 4}, 128}};
    Skyline skyline(intervals);
    const std::vector<double> scores{1, 1, 1};
    CHECK(skyline.load() == std::vector<Bytes>{64, 128, 192, 128});
    CHECK(skyline.pack(scores, 192, 1000));
    CHECK_FALSE(skyline.pack(scores, 192, 2));
}
