#include "runtime/lower.h"

#include <algorithm>
#include <numeric>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/passes/fuse.h"
#include "models/models.h"
#include "optimizer/addresses/plan_builder.h"
#include "tests/support/run_graph.h"
#include "tests/support/small_networks.h"

using namespace framework;
using namespace support;
using runtime::Lowered;

namespace {

const models::ModelOptions small{.batch = 2, .image_size = 16, .classes = 10};

// Activations and gradients that are copied into another layout, with both layouts; empty: there are none.
// The pooled values at the end are left out: the linear layer wants them row-major, and their gradient is so
// too.
std::string reordered(const Lowered& lowered) {
    std::string names;
    for (OpId id = 0; id < lowered.graph.op_count(); ++id) {
        const OpNode& node = lowered.graph.op(id);
        if (!std::holds_alternative<Reorder>(node.op)) continue;
        const TensorNode& from = lowered.graph.tensor(node.inputs[0]);
        if (from.role != Role::activation || from.name.starts_with("avg_pool")) continue;
        const auto layout = [&](TensorId tensor) { return runtime::print_layout(lowered.layouts[tensor]); };
        names += text(from.name, " ", layout(node.inputs[0]), " -> ", layout(node.outputs[0]), "; ");
    }
    return names;
}

}  // namespace

TEST_CASE("lower: a chain of convolutions, norms and ReLUs reorders no activation, fused or not") {
    const Graph graph = models::training(chain, small);
    for (const bool winograd : {false, true}) {
        CHECK(reordered(runtime::lower(graph, {.winograd = winograd})) == "");
        CHECK(reordered(runtime::lower(fuse(graph), {.winograd = winograd})) == "");
    }
}

TEST_CASE("lower: a residual network reorders no activation") {
    const Graph graph = fuse(models::training("resnet18", {.batch = 2, .image_size = 32, .classes = 10}));
    CHECK(reordered(runtime::lower(graph)) == "");
}

TEST_CASE("lower: no tensor is reordered twice into one layout") {
    for (const char* name : {"resnet50", "densenet121"}) {
        const Lowered lowered =
            runtime::lower(fuse(models::training(name, {.batch = 2, .image_size = 32, .classes = 10})));
        for (TensorId id = 0; id < lowered.graph.tensor_count(); ++id) {
            std::vector<runtime::Layout> made;
            for (const OpId reader : lowered.graph.readers(id)) {
                if (!std::holds_alternative<Reorder>(lowered.graph.op(reader).op)) continue;
                const auto to = static_cast<std::size_t>(lowered.graph.op(reader).outputs[0]);
                CHECK(std::ranges::find(made, lowered.layouts[to]) == made.end());
                made.push_back(lowered.layouts[to]);
            }
        }
    }
}

TEST_CASE("lower: every tensor has the bytes of its layout, and every kernel's scratch is a tensor") {
    for (const bool fused : {false, true}) {
        const Graph graph = models::training(patchwork, small);
        const Lowered lowered = runtime::lower(fused ? fuse(graph) : graph);
        const Schedule schedule(lowered.graph);
        REQUIRE(static_cast<int>(lowered.kernels.size()) == lowered.graph.op_count());
        for (OpId id = 0; id < lowered.graph.op_count(); ++id) {
            const OpNode& node = lowered.graph.op(id);
            const runtime::Kernel& kernel = lowered.kernels[id];
            Bytes scratch = 0;
            for (const TensorId out : node.outputs) {
                const TensorNode& tensor = lowered.graph.tensor(out);
                if (tensor.role == Role::scratch) {
                    scratch += tensor.bytes;
                    continue;
                }
                const Bytes bytes = lowered.layouts[out].bytes();
                CHECK(tensor.bytes == bytes);
                CHECK(schedule.storages()[schedule.storage_of(out)].bytes >= bytes);
            }
            CHECK(scratch == kernel.scratch);
        }
    }
}

TEST_CASE("lower: every kernel reads its operands in the layout they are in") {
    const Lowered lowered = runtime::lower(fuse(models::training(patchwork, small)));
    for (OpId id = 0; id < lowered.graph.op_count(); ++id) {
        const runtime::Kernel& kernel = lowered.kernels[id];
        for (std::size_t slot = 0; slot < kernel.reads.size(); ++slot) {
            const auto operand = static_cast<std::size_t>(lowered.graph.op(id).inputs[slot]);
            const runtime::Layout &actual = lowered.layouts[operand], &read = kernel.reads[slot];
            if (!runtime::is_settled(read)) continue;  // a workspace that this implementation does without
            INFO(lowered.graph.op(id).name, " operand ", slot);
            // Row-major weights may be read under other dimensions.
            CHECK((actual == read || (actual.shape() != read.shape() && actual.bytes() == read.bytes())));
        }
    }
}

TEST_CASE("lower: results and reorders are the same tensors as before to those who find them by name") {
    const Graph graph = models::training(patchwork, small);
    const Lowered lowered = runtime::lower(fuse(graph));
    for (const auto& [name, id] : graph.kept()) {
        REQUIRE(lowered.graph.find(name) >= 0);
        CHECK(lowered.graph.tensor(lowered.graph.find(name)).type == graph.tensor(id).type);
    }
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        if (graph.tensor(id).role != Role::parameter || graph.tensor(id).over) continue;
        CHECK(lowered.graph.find(graph.tensor(id).name) >= 0);
    }
}

TEST_CASE("lower: all that a network's kernels touch fits into as many bytes as are live at once") {
    std::vector<std::pair<std::string, int>> networks{{"paper_inception_v4", 8}};  // hard to pack
    for (const std::string& name : models::names()) networks.emplace_back(name, 2);
    for (const auto& [name, batch] : networks) {
        CAPTURE(name);
        const Lowered lowered = runtime::lower(fuse(models::training(name, {.batch = batch})));
        const Schedule schedule(lowered.graph);
        CHECK(optimizer::everything_in_dram(schedule).arena[framework::Tier::dram] == schedule.peak_bytes());
    }
}
