#include "optimizer/policies/baselines.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "optimizer/solve.h"
#include "tests/support/random_graph.h"

using namespace framework;
using namespace optimizer;

TEST_CASE("baselines: everything in DRAM takes the peak of live bytes and moves nothing") {
    for (unsigned seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        const Graph graph = support::random_graph(seed, 30);
        const Schedule schedule(graph);
        const Profile profile = support::random_profile(schedule, seed);
        const auto result = all_dram(Instance({schedule, profile, schedule.peak_bytes()}));
        REQUIRE(result.plan);
        CHECK(result.plan->arena[Tier::dram] == schedule.peak_bytes());
        CHECK(result.plan->arena[Tier::slow] == 0);
        CHECK(result.plan->moves.empty());
        CHECK(validate(schedule, *result.plan, schedule.peak_bytes()) == "");
        CHECK(!all_dram(Instance({schedule, profile, schedule.peak_bytes() - 1})).plan);

        const auto touched = first_touch(Instance({schedule, profile, schedule.peak_bytes()}));
        CHECK(validate(schedule, *touched.plan, schedule.peak_bytes()) == "");
        const auto most = greedy(Instance({schedule, profile, schedule.peak_bytes()}));
        CHECK(most.plan->arena[Tier::slow] == 0);

        const auto slow = all_slow(Instance({schedule, profile, 1 << 20}));
        CHECK(validate(schedule, *slow.plan, 1 << 20) == "");
    }
}

namespace {

constexpr int page = 1024;  // floats in 4 KiB

struct Built {
    Graph graph;

    TensorId input(const char* name, int pages) {
        return graph.add(Input{{{1, pages * page}}}, std::vector<TensorId>(), name).front();
    }
    TensorId relu(TensorId x, const char* name) { return graph.add(Eltwise{}, std::vector{x}, name).front(); }
    static bool in_dram(const Graph& graph, const Schedule& schedule, const Plan& plan, TensorId id) {
        const StorageId storage = schedule.storage_of(id);
        const auto found = std::ranges::find(plan.residencies, storage, &Residency::storage);
        REQUIRE(found != plan.residencies.end());
        CAPTURE(graph.tensor(id).name);
        return found->tier == Tier::dram;
    }
};

}  // namespace

// step       0              1              2               3
//        p -relu p'     q -relu q'     r -relu r'     r' r' r' r' -join y
// A pool of six pages: p q q q r p' at step 0; q' finds no three pages that are free; r' goes to the page of
// p', the smallest gap, and so leaves the four of p and q to y.
TEST_CASE("baselines: first touch takes the smallest gap that is large enough, and keeps its tier for life") {
    Built b;
    const TensorId p = b.input("p", 1), q = b.input("q", 3), r = b.input("r", 1);
    const TensorId p2 = b.relu(p, "p2"), q2 = b.relu(q, "q2"), r2 = b.relu(r, "r2");
    const TensorId y = b.graph.add(Concat{}, std::vector{r2, r2, r2, r2}, "y").front();
    b.graph.keep("y", y);
    const Schedule schedule(b.graph);
    const Profile profile = support::random_profile(schedule, 1, support::Kernels::additive);
    const auto result = first_touch(Instance({schedule, profile, 6 * 4096}));
    REQUIRE(result.plan);
    CHECK(result.plan->moves.empty());
    for (const TensorId id : {p, q, r, p2, r2, y}) CHECK(Built::in_dram(b.graph, schedule, *result.plan, id));
    CHECK_FALSE(Built::in_dram(b.graph, schedule, *result.plan, q2));
    CHECK(validate(schedule, *result.plan, 6 * 4096) == "");
}

// a is needed for one step and saves 5 s, b for two and saves 6 s; only one of them fits, and copies cost
// more.
TEST_CASE("baselines: greedy takes what saves most for its bytes and steps") {
    Built built;
    const TensorId a = built.input("a", 1), b = built.input("b", 1);
    built.relu(a, "a2");
    built.relu(b, "b2");
    const Schedule schedule(built.graph);
    REQUIRE(schedule.steps() == 2);
    Profile profile{.kernels = {}, .copy = framework::copy_costs({100, 1e12}, {100, 1e12})};
    for (const Seconds adds : {5.0, 6.0})
        profile.kernels.push_back({{{0b00, 1, 0}, {0b01, 1 + adds, 0}, {0b10, 1, 0}, {0b11, 1 + adds, 0}}});
    const Problem problem{schedule, profile, 4096};
    const auto found = greedy(Instance(problem)), best = solve(Placement::static_, problem);
    REQUIRE(found.plan);
    CHECK(Built::in_dram(built.graph, schedule, *found.plan, a));
    CHECK_FALSE(Built::in_dram(built.graph, schedule, *found.plan, b));
    CHECK(found.predicted_s == doctest::Approx(8));
    CHECK(best.predicted_s == doctest::Approx(7));  // the other way round
}
