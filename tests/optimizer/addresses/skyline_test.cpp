#include "optimizer/addresses/skyline.h"

#include <algorithm>
#include <limits>
#include <random>

#include <doctest/doctest.h>

using namespace framework;
using optimizer::ByInterval;
using optimizer::Interval;
using optimizer::IntervalId;
using optimizer::Skyline;

namespace {

ByInterval<Interval> random_intervals(std::mt19937& random, std::size_t count) {
    ByInterval<Interval> intervals;
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
Bytes lowest_height(const ByInterval<Interval>& intervals) {
    std::vector<IntervalId> order;
    for (const IntervalId i : intervals.ids()) order.push_back(i);
    Bytes lowest = std::numeric_limits<Bytes>::max();
    do {
        auto top = ByInterval<Bytes>::filled(intervals.count());
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

bool is_layout(const ByInterval<Interval>& intervals, const ByInterval<Bytes>& offsets, Bytes top) {
    for (const IntervalId i : intervals.ids()) {
        if (offsets[i] < 0 || offsets[i] + intervals[i].bytes > top) return false;
        for (IntervalId j = 0; j < i; ++j) {
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
        const ByInterval<Interval> intervals = random_intervals(random, 7);
        const Bytes lowest = lowest_height(intervals);
        ByInterval<double> scores;
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
    const ByInterval<Interval> intervals{{{0, 2}, 64}, {{1, 3}, 64}, {{2, 4}, 128}};
    Skyline skyline(intervals);
    const ByInterval<double> scores{1, 1, 1};
    CHECK(skyline.load() == optimizer::ByStep<Bytes>{64, 128, 192, 128});
    CHECK(skyline.pack(scores, 192, 1000));
    CHECK_FALSE(skyline.pack(scores, 192, 2));
}
