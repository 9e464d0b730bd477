#include "framework/plan/schedule.h"

#include <doctest/doctest.h>

#include "framework/graph/layers.h"

using namespace framework;

namespace {

const Storage& of(const Schedule& schedule, Tensor t) {
    return schedule.storages()[static_cast<std::size_t>(schedule.storage_of(t.id))];
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
