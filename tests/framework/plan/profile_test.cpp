#include "framework/plan/profile.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "framework/base/error.h"

using namespace framework;

namespace {

// One concatenation of as many inputs, of which input i has i + 1 channels.
struct Joined {
    Graph graph;
    explicit Joined(int inputs) {
        std::vector<TensorId> parts;
        for (int i = 0; i < inputs; ++i)
            parts.push_back(
                graph.add(Input{{{1, i + 1, 8, 8}}}, std::vector<TensorId>(), "x" + std::to_string(i))
                    .front());
        graph.keep("y", graph.add(Concat{}, parts, "join").front());
    }
    Placements placements() const { return placements_to_time(Schedule(graph), 0); }
};

}  // namespace

TEST_CASE("placements: of up to four operands all are timed, each alone and all together first") {
    for (int operands = 2; operands <= 4; ++operands) {
        CAPTURE(operands);
        const Placements found = Joined(operands - 1).placements();
        std::vector<TierMask> masks = found.masks;
        CHECK(found.needed == static_cast<std::size_t>(operands) + 2);
        CHECK(masks.front() == 0);
        std::ranges::sort(masks);
        CHECK(masks.size() == std::size_t{1} << operands);
        CHECK(std::ranges::adjacent_find(masks) == masks.end());
    }
}

TEST_CASE("placements: of more operands, each alone, all together, and the two largest as a check") {
    const Placements found = Joined(5).placements();
    CHECK(found.needed == 8);
    CHECK(found.masks == std::vector<TierMask>{0, 1, 2, 4, 8, 16, 32, 63, 48});
}

TEST_CASE("placements: a kernel of more operands than a mask has bits for is refused by name") {
    CHECK_NOTHROW(Joined(62).placements());
    CHECK_THROWS_WITH_AS(Joined(63).placements(), doctest::Contains("kernel join has 64 operands"),
                         UsageError);
}

TEST_CASE("placements: scratch is never in slow memory") {
    Joined joined(2);
    joined.graph.tensor(0).role = Role::scratch;
    const Placements found = joined.placements();
    CHECK(std::ranges::none_of(found.masks, [](TierMask mask) { return (mask & 1) != 0; }));
    CHECK(found.masks.size() == 4);
}

TEST_CASE("profile: a placement that was not timed takes what its operands add alone") {
    const KernelProfile kernel{{{0b000, 1.0, 0}, {0b001, 1.5, 0}, {0b010, 3.0, 0}, {0b111, 2.0, 0}}};
    CHECK(kernel.seconds(0b000) == 1.0);
    CHECK(kernel.seconds(0b001) == 1.5);
    CHECK(kernel.seconds(0b011) == 3.5);
    CHECK(kernel.seconds(0b100) == 1.0);  // nothing is known of it
    CHECK(kernel.seconds(0b111) == 2.0);
}
