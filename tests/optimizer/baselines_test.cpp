#include "optimizer/baselines.h"

#include <doctest/doctest.h>

#include "tests/support/random_graph.h"

using namespace framework;
using namespace optimizer;

TEST_CASE("baselines: everything in DRAM takes the peak of live bytes and moves nothing") {
    for (unsigned seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        const Graph graph = support::random_graph(seed, 30);
        const Schedule schedule(graph);
        const Profile profile = support::random_profile(graph, schedule, seed);
        const auto result = all_dram({graph, schedule, profile, schedule.peak_bytes()});
        REQUIRE(result.plan);
        CHECK(result.plan->dram_bytes == schedule.peak_bytes());
        CHECK(result.plan->slow_bytes == 0);
        CHECK(result.plan->moves.empty());
        CHECK(validate(graph, schedule, *result.plan, schedule.peak_bytes()) == "");
        CHECK(!all_dram({graph, schedule, profile, schedule.peak_bytes() - 1}).plan);

        const auto most = greedy({graph, schedule, profile, schedule.peak_bytes()});
        CHECK(most.plan->slow_bytes == 0);

        const auto slow = all_slow({graph, schedule, profile, 1 << 20});
        CHECK(validate(graph, schedule, *slow.plan, 1 << 20) == "");
    }
}
