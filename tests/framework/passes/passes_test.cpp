#include "framework/passes/passes.h"

#include <cstdlib>
#include <stdexcept>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/check.h"
#include "framework/graph/layers.h"
#include "framework/passes/fuse.h"
#include "framework/passes/in_place.h"

using namespace framework;

namespace {

// Kept out of the environment that the tests themselves run in.
struct WithoutVariable {
    std::string before = std::getenv("AUTOTM_WITHOUT") ? std::getenv("AUTOTM_WITHOUT") : "";
    WithoutVariable() { unsetenv("AUTOTM_WITHOUT"); }
    ~WithoutVariable() {
        if (!before.empty()) setenv("AUTOTM_WITHOUT", before.c_str(), 1);
    }
};

Graph small() {
    Graph graph;
    const Tensor x = input(graph, "x", {{2, 3, 8, 8}});
    keep(x | conv(4) | relu | conv(5) | relu, "y");
    return graph;
}

}  // namespace

TEST_CASE("passes: each runs unless it is left out, by a flag or by the environment, and is timed") {
    const WithoutVariable clean;
    const auto ops_after = [](Passes passes) {
        Graph graph = small();
        passes.run("fuse", graph, [](Graph& g) { g = fuse(g); });
        CHECK(passes.times().size() == 1);
        CHECK(passes.times()[0].name == "fuse");
        return std::pair(graph.op_count(), passes.times()[0].left_out);
    };
    const int whole = small().op_count();
    CHECK(ops_after(Passes()) == std::pair(whole - 2, false));
    CHECK(ops_after(Passes({"fuse"})) == std::pair(whole, true));
    CHECK(ops_after(Passes({"in_place"})) == std::pair(whole - 2, false));
    setenv("AUTOTM_WITHOUT", "in_place,fuse", 1);
    CHECK(ops_after(Passes()) == std::pair(whole, true));
    CHECK(!Passes().wants("in_place"));
    CHECK(Passes().wants("winograd"));
    unsetenv("AUTOTM_WITHOUT");
}

TEST_CASE("passes: a name that is no pass is refused, naming those there are") {
    CHECK_THROWS_WITH_AS(
        Passes({"fusion"}),
        "\"fusion\" is no pass that can be left out; there are fuse, in_place, share_reorders, "
        "winograd",
        UsageError);
}

TEST_CASE("passes: one that leaves a broken graph is found out") {
    const WithoutVariable clean;
    Graph graph = small();
    CHECK_THROWS_AS(Passes().run("in_place", graph, [](Graph& g) { g.tensor(1).type.shape = Shape{7}; }),
                    std::logic_error);
}

TEST_CASE("check: a graph as models and passes make it has no fault; each fault is named") {
    Graph graph = small();
    CHECK(fault_of(graph) == "");
    graph = fuse(graph);
    reuse_in_place(graph);
    CHECK(fault_of(graph) == "");

    // x ─ relu a ─ relu b ─ add(a, b) c
    const auto make = [] {
        Graph g;
        const TensorId x = g.add(Input{{{1, 8, 1, 1}}}, std::vector<TensorId>{}, "x")[0];
        const TensorId a = g.add(Eltwise{}, std::vector{x}, "a")[0];
        const TensorId b = g.add(Eltwise{}, std::vector{a}, "b")[0];
        g.keep("c", g.add(Add{}, std::vector{a, b}, "c")[0]);
        return g;
    };
    Graph early = make();
    early.set_in_place(2, 1);  // b over a, which c still reads
    CHECK(fault_of(early).find("before c reads that") != std::string::npos);
    Graph kept = make();
    kept.keep("b", 2);
    kept.set_in_place(3, 2);
    CHECK(fault_of(kept).find("which is kept") != std::string::npos);
    Graph twice = make();
    twice.add(Input{{{1, 8, 1, 1}}}, std::vector<TensorId>{}, "x");
    CHECK(fault_of(twice) == "two sources are called x");
    Graph wrong = make();
    wrong.tensor(3).type.shape = Shape{2, 8, 1, 1};
    CHECK(fault_of(wrong).find("not what the op makes of its operands") != std::string::npos);
    Graph lost = make();
    lost.keep("nothing", 17);
    CHECK(fault_of(lost) == "what is kept as nothing is no tensor");
}
