#include "optimizer/addresses/around.h"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

using framework::Bytes;
using optimizer::Holes;
using optimizer::Interval;
using optimizer::Taken;

namespace {

struct Placed {
    Interval interval;
    Bytes offset;
};

bool meet(const Placed& a, const Placed& b) {
    const bool in_time =
        a.interval.live.first < b.interval.live.last && b.interval.live.first < a.interval.live.last;
    return in_time && a.offset < b.offset + b.interval.bytes && b.offset < a.offset + a.interval.bytes;
}

}  // namespace

TEST_CASE("holes: every interval takes the lowest address at which it meets nothing, found by trying all") {
    std::mt19937 random(7);
    const auto draw = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    for (int trial = 0; trial < 200; ++trial) {
        CAPTURE(trial);
        constexpr int height = 20;  // in units of the alignment
        std::vector<Placed> placed;
        std::vector<Taken> taken;
        for (int i = 0; i < 3; ++i) {
            const Bytes offset = 64 * (7 * i + draw(4)), bytes = 64 * draw(4) + draw(64);
            taken.push_back({offset, bytes});
            placed.push_back({{{0, 100}, framework::aligned(bytes)}, offset});
        }
        Holes holes(taken, 64 * height);
        for (int i = 0; i < 12; ++i) {
            const int first = draw(10);
            Placed wanted{{{first, first + 1 + draw(6)}, 64 * (1 + draw(5)) - draw(64)}, 0};
            const auto found = holes.place(wanted.interval);
            const auto fits = [&](Bytes offset) {
                wanted.offset = offset;
                return std::ranges::none_of(placed, [&](const Placed& other) { return meet(wanted, other); });
            };
            Bytes lowest = 0;
            while (lowest + framework::aligned(wanted.interval.bytes) <= 64 * height && !fits(lowest))
                lowest += 64;
            const bool has_room = lowest + framework::aligned(wanted.interval.bytes) <= 64 * height;
            REQUIRE(found.has_value() == has_room);
            if (!found) continue;
            CHECK(*found == lowest);
            wanted.offset = *found;
            wanted.interval.bytes = framework::aligned(wanted.interval.bytes);
            placed.push_back(wanted);
        }
        Bytes top = 0;
        for (const Placed& block : placed) top = std::max(top, block.offset + block.interval.bytes);
        CHECK(holes.top() == top);
    }
}
