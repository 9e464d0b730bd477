#include "framework/plan/schedule.h"

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/autodiff.h"
#include "framework/graph/layers.h"
#include "framework/graph/op.h"

using namespace framework;

namespace {

const Storage& of(const Schedule& schedule, Tensor t) {
    return schedule.storages()[schedule.storage_of(t.id)];
}

}  // namespace

//      step      0        1         2         3
//      kernel    a=relu x  b=sigm a  c=a+b     d=relu c
//      x         [---)
//      a             [----------------)  read by steps 1 and 2
//      b                       [------)
//      c                                 [-------)
//      d                                         [--)
TEST_CASE("schedule: a tensor is live from the step that makes it until after the last that reads it") {
    Graph graph;
    const Tensor x = input(graph, "x", {{1, 100}});
    const Tensor a = x | relu, b = a | sigmoid, c = a + b, d = c | relu;
    const Schedule schedule(graph);
    CHECK(schedule.steps() == 4);
    CHECK(of(schedule, x).live == LiveRange{0, 1});
    CHECK(of(schedule, a).live == LiveRange{0, 3});
    CHECK(of(schedule, b).live == LiveRange{1, 3});
    CHECK(of(schedule, c).live == LiveRange{2, 4});
    CHECK(of(schedule, d).live == LiveRange{3, 4});
    CHECK(of(schedule, a).uses == std::vector<Use>{{0, false, true}, {1, true, false}, {2, true, false}});
    const Bytes each = aligned(400);
    CHECK(each == 448);
    CHECK(schedule.live_bytes() == std::vector<Bytes>{2 * each, 2 * each, 3 * each, 2 * each});
    CHECK(schedule.peak_bytes() == 3 * each);
}

TEST_CASE("schedule: the same graph written in place needs two tensors at most") {
    Graph graph;
    const Tensor x = input(graph, "x", {{1, 100}});
    const Tensor a = x | relu, b = a | sigmoid, c = a + b, d = c | relu;
    graph.set_in_place(c.id, a.id);
    graph.set_in_place(d.id, c.id);
    const Schedule schedule(graph);
    CHECK(of(schedule, d).tensor == a.id);
    CHECK(of(schedule, a).live == LiveRange{0, 4});
    CHECK(of(schedule, a).uses ==
          std::vector<Use>{{0, false, true}, {1, true, false}, {2, true, true}, {3, true, true}});
    CHECK(of(schedule, b).live == LiveRange{1, 3});
    CHECK(schedule.peak_bytes() == 2 * aligned(400));
}

TEST_CASE("schedule: parameters and states live throughout, a kept tensor to the end") {
    Graph graph;
    const Tensor x = input(graph, "x", {{2, 3, 4, 4}});
    const Tensor y = x | conv(5) | batch_norm;
    const Tensor z = y | relu;
    z | sigmoid;
    graph.keep("z", z.id);
    const Schedule schedule(graph);
    for (const char* name : {"conv1.weight", "batch_norm1.weight", "batch_norm1.running_mean"}) {
        CAPTURE(name);
        const Storage& storage = of(schedule, {&graph, graph.find(name)});
        CHECK(storage.live == LiveRange{0, 4});
        CHECK(storage.persistent);
    }
    CHECK(of(schedule, y).live == LiveRange{1, 3});
    CHECK_FALSE(of(schedule, y).persistent);
    CHECK(of(schedule, z).live == LiveRange{2, 4});
}

TEST_CASE("schedule: a result nobody reads lives for its step alone, an input nobody reads not at all") {
    Graph graph;
    const Tensor x = input(graph, "x", {{1, 2, 4, 4}}), unused = input(graph, "unused", {{1, 100}});
    const Tensor y = x | max_pool();
    y | relu;
    const Schedule schedule(graph);
    const TensorId indices = graph.op(graph.tensor(y.id).producer).outputs[1];
    CHECK(of(schedule, {&graph, indices}).live == LiveRange{0, 1});
    CHECK(of(schedule, unused).live == LiveRange{0, 0});
}

TEST_CASE("schedule: a scratchpad lives while its kernel runs") {
    Graph graph;
    const Tensor y = input(graph, "x", {{1, 16}}) | relu;
    y | relu;
    graph.add_scratch(graph.tensor(y.id).producer, 1000);
    const Schedule schedule(graph);
    const Storage& scratch = schedule.storages().back();
    CHECK(scratch.live == LiveRange{0, 1});
    CHECK(scratch.bytes == 1000);
    CHECK(schedule.live_bytes()[0] == 64 + 64 + 1024);
    CHECK(schedule.live_bytes()[1] == 64 + 64);
}

TEST_CASE("schedule: an operand that a kernel reads twice is one of its operands once") {
    Graph graph;
    const Tensor x = input(graph, "x", {{1, 16}});
    const Tensor y = x + x;
    const Schedule schedule(graph);
    CHECK(schedule.operands(0) == std::vector{schedule.storage_of(x.id), schedule.storage_of(y.id)});
    CHECK(of(schedule, x).uses == std::vector<Use>{{0, true, false}});
}

TEST_CASE("schedule: a graph without ops has no steps and needs nothing") {
    Graph graph;
    CHECK(Schedule(graph).steps() == 0);
    CHECK(Schedule(graph).peak_bytes() == 0);
}

// x is filled before the first kernel, a made by it, w persistent, y read after the last kernel.
//      step      0        1
//      kernel    k0       k1
//      x         [---)
//      a         [------------)
//      w         [------------)
//      y                  [---)
TEST_CASE("schedule: from data alone, uses and operands follow from the kernels; names and tiers stay") {
    const std::vector<KernelUses> kernels{
        {"k0", {{0, true, false}, {1, false, true}}},
        {"k1", {{2, true, true}, {1, true, false}, {3, false, true, {Tier::dram}}}}};
    std::vector<Storage> storages(4);
    for (std::size_t i = 0; i < 4; ++i) storages[i].name = std::string(1, "xawy"[i]), storages[i].bytes = 100;
    storages[0].live = {0, 1}, storages[1].live = {0, 2}, storages[2].live = {0, 2},
    storages[3].live = {1, 2};
    storages[2].persistent = true;
    const Schedule schedule(kernels, storages);
    CHECK(schedule.steps() == 2);
    CHECK(schedule.kernel(1) == "k1");
    CHECK(schedule.operands(1) == std::vector<StorageId>{2, 1, 3});
    CHECK(schedule.storages()[1].uses == std::vector<Use>{{0, false, true}, {1, true, false}});
    CHECK(schedule.storages()[2].uses == std::vector<Use>{{1, true, true}});
    CHECK(schedule.storages()[3].name == "y");
    CHECK_FALSE(schedule.storages()[3].use_at(1).may_be_slow());
    CHECK_FALSE(schedule.storages()[3].may_be_slow());
    CHECK((schedule.storages()[3].needs_dram() && !schedule.storages()[1].needs_dram()));
    CHECK(schedule.live_bytes() == std::vector<Bytes>{3 * 128, 3 * 128});
    const auto filled = [&](std::size_t i) { return schedule.storages()[i].filled_before(); };
    CHECK((filled(0) && !filled(1) && filled(2) && !filled(3)));

    const auto refused = [&](const char* because, const auto& change) {
        auto other = kernels;
        auto changed = storages;
        change(other, changed);
        CHECK_THROWS_WITH_AS(Schedule(other, changed), doctest::Contains(because), DataError);
    };
    refused("expected all steps, [0, 2)", [](auto&, auto& s) { s[2].live = {1, 2}; });
    refused("begin at its first use, 1,", [](auto& k, auto& s) {
        k.push_back({"k2", {}});
        s[2].live = {0, 3}, s[3].live = {2, 3};
    });
    refused("as the first kernel that uses it, at step 1, reads it",
            [](auto& k, auto&) { k[1].operands[2].reads = true; });
    refused("end after its last use, at 1, or at 2", [](auto&, auto& s) { s[0].live = {0, 0}; });
    refused("overwrites it without reading it", [](auto& k, auto&) { k[1].operands[0].reads = false; });
    refused("overwrites it without reading it", [](auto& k, auto&) { k[1].operands[1] = {1, false, true}; });
    refused("no kernel uses it", [](auto& k, auto& s) {
        k[1].operands.pop_back();
        s[3].live = {1, 2};
    });
    refused("they are numbered from 0 to 3", [](auto& k, auto&) { k[0].operands[0].storage = 4; });
    refused("is its operand twice", [](auto& k, auto&) { k[0].operands[1].storage = 0; });
    refused("neither reads nor writes", [](auto& k, auto&) { k[0].operands[0].reads = false; });
    refused("sizes are from 0", [](auto&, auto& s) { s[0].bytes = -1; });
    refused("sizes are from 0", [](auto&, auto& s) { s[0].bytes = s[1].bytes = Bytes{1} << 59; });
    refused("DRAM is not among", [](auto& k, auto&) { k[0].operands[0].tiers = {Tier::slow}; });
}

TEST_CASE("schedule: the data of a graph's schedule make the same schedule without the graph") {
    Graph graph;
    const Tensor x = input(graph, "x", {{2, 3, 8, 8}}), labels = input(graph, "labels", {{2}, DType::s32});
    const Tensor y = x | conv(5) | batch_norm | relu | linear(10);
    graph.keep("y", y.id);
    training_graph(cross_entropy(y, labels));
    const Schedule of_graph(graph);
    std::vector<KernelUses> kernels;
    for (Step step = 0; step < of_graph.steps(); ++step) {
        KernelUses& kernel = kernels.emplace_back(KernelUses{of_graph.kernel(step), {}});
        for (const int index : of_graph.operands(step)) {
            for (const Use& use : of_graph.storages()[index].uses) {
                if (use.step == step) kernel.operands.push_back({index, use.reads, use.writes, use.tiers});
            }
        }
    }
    const Schedule alone(kernels, of_graph.storages());
    CHECK(alone.live_bytes() == of_graph.live_bytes());
    for (Step step = 0; step < alone.steps(); ++step) CHECK(alone.operands(step) == of_graph.operands(step));
    for (std::size_t i = 0; i < alone.storages().size(); ++i) {
        const Storage &a = alone.storages()[i], &b = of_graph.storages()[i];
        CHECK(a.uses == b.uses);
        if (b.live.first < b.live.last)
            CHECK(a.filled_before() == is_source(graph.op(graph.tensor(b.tensor).producer).op));
        if (b.tensor == graph.storage(y.id)) CHECK(b.live.last == of_graph.steps());
    }
}
