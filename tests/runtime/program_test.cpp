#include "runtime/program.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/passes/fuse.h"
#include "models/models.h"
#include "optimizer/addresses/plan_builder.h"
#include "runtime/training/parameters.h"
#include "tests/support/run_graph.h"
#include "tests/support/small_networks.h"

using namespace framework;
using namespace support;

namespace {

const models::ModelOptions small{.batch = 2, .image_size = 16, .classes = 10};

}  // namespace

// Only planned, not run: the largest of them would hold 20 GiB.
TEST_CASE("program: with everything in DRAM, no model's arena is 1% higher than its live bytes") {
    for (const std::string& name : models::names()) {
        CAPTURE(name);
        const bool inception = name.find("inception") != std::string::npos;
        const models::ModelOptions options{.batch = 32, .image_size = inception ? 75 : 32, .classes = 10};
        const Graph graph = runtime::lower(fuse(models::training(name, options))).graph;
        const Schedule schedule(graph);
        const Plan plan = optimizer::everything_in_dram(schedule);
        CHECK(validate(schedule, plan, plan.arena[Tier::dram]) == "");
        CHECK(static_cast<double>(plan.arena[Tier::dram]) <=
              1.01 * static_cast<double>(schedule.peak_bytes()));
        CHECK(plan.arena[Tier::slow] == 0);
    }
}

TEST_CASE("program: operands of a kernel overlap nowhere but where one is written over the other") {
    const runtime::Program program = compile(fuse(models::training(patchwork, small)));
    const Schedule& schedule = program.schedule();
    struct Range {
        StorageId storage;
        const std::byte *begin, *end;
    };
    for (Step step = 0; step < schedule.steps(); ++step) {
        const OpNode& node = program.graph().op(schedule.op(step));
        const runtime::BoundKernel& bound = program.kernel(step);
        std::vector<Range> ranges;
        const auto add = [&](TensorId id, const std::byte* at) {
            ranges.push_back({schedule.storage_of(id), at, at + program.graph().tensor(id).bytes});
        };
        for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) add(node.inputs[slot], bound.in[slot]);
        for (std::size_t slot = 0; slot < node.outputs.size(); ++slot)
            add(node.outputs[slot], bound.out[slot]);
        for (const Range& a : ranges) {
            for (const Range& b : ranges) {
                const bool apart = a.end <= b.begin || b.end <= a.begin;
                CHECK((a.storage == b.storage ? a.begin == b.begin : apart));
            }
        }
    }
}

TEST_CASE("program: parameters written in row-major order are read back as they were") {
    GraphRun run(fuse(models::training(patchwork, small)));
    runtime::Program& program = run.program();
    for (const TensorId id : runtime::persistent_tensors(program.graph())) {
        const Array values = normal(program.graph().tensor(id).type.shape, static_cast<unsigned>(id));
        program.put<float>(id, values.values);
        Array back = zeros(values.shape());
        program.get<float>(id, back.values);
        CHECK(back.values == values.values);
        CHECK(run.get(program.graph().tensor(id).name).values == values.values);
    }
}

TEST_CASE("program: a name that nothing outside can read is an error that says what to do") {
    const runtime::Program program = compile(models::inference(chain, small));
    CHECK_THROWS_WITH_AS(program.find("conv1.y"),
                         "the graph has no tensor \"conv1.y\" that can be read or written from outside; "
                         "keep() it when building the graph",
                         DataError);
}

TEST_CASE("parameters: a seed draws the same values whatever the layouts, and another seed others") {
    const Graph graph = models::training(chain, small);
    GraphRun plain(graph, {.winograd = false}), fused(fuse(graph));
    runtime::initialize(fused.program(), 1);
    const std::vector<float> first = plain.get("conv2.weight").values;
    CHECK(fused.get("conv2.weight").values == first);
    runtime::initialize(fused.program(), 2);
    CHECK(fused.get("conv2.weight").values != first);
    CHECK(fused.get("batch_norm1.weight").values == std::vector<float>(64, 1.0F));
}

TEST_CASE("parameters: what was trained is evaluated by a graph for inference") {
    GraphRun training(fuse(models::training(chain, small)));
    GraphRun inference(fuse(models::inference(chain, small)));
    train(training, 2, 0.01F);
    copy_persistent(training, inference);
    CHECK(inference.get("conv3.weight").values == training.get("conv3.weight").values);
    CHECK(inference.get("batch_norm2.running_var").values == training.get("batch_norm2.running_var").values);
}
