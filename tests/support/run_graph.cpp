#include "tests/support/run_graph.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "framework/plan/machine.h"
#include "framework/plan/race.h"
#include "optimizer/addresses/plan_builder.h"
#include "optimizer/feasibility.h"
#include "optimizer/solve.h"
#include "runtime/host/host_device.h"
#include "runtime/training/parameters.h"
#include "tests/support/settings.h"
#include "tests/support/spread.h"

namespace support {

using framework::Graph;
using framework::Schedule;
using framework::TensorId;

namespace {

// The plan that the settings ask for; by default everything in DRAM.
framework::Plan plan_of(const Graph& graph, const Schedule& schedule) {
    if (!settings().little_dram && !settings().least_dram) return optimizer::everything_in_dram(schedule);
    const framework::Profile profile = framework::simulate(graph, schedule, framework::load_machine("paper"));
    const framework::Bytes least = optimizer::smallest_budget(schedule).bytes;
    const framework::Bytes budget =
        settings().least_dram ? least : std::max(least, schedule.peak_bytes() / 5);
    const auto placement =
        settings().least_dram ? optimizer::Placement::slow : optimizer::Placement::synchronous;
    return *optimizer::solve(placement, {.schedule = schedule, .profile = profile, .dram_budget = budget})
                .plan;
}

}  // namespace

runtime::Program bind(runtime::Lowered lowered, const Schedule& schedule, const framework::Plan& plan) {
    const framework::Bytes slow = plan.arena[framework::Tier::slow];
    auto device = std::make_shared<runtime::HostDevice>(
        plan.arena[framework::Tier::dram],
        slow > 0 ? runtime::open_slow_memory(runtime::emulated_memory, slow) : runtime::SlowMemory{});
    return {std::move(lowered), schedule, plan, std::move(device)};
}

runtime::Program compile(const Graph& graph, const runtime::KernelOptions& options) {
    runtime::Lowered lowered = runtime::lower(graph, options);
    const Schedule schedule(lowered.graph);
    const framework::Plan plan = plan_of(lowered.graph, schedule);
    runtime::Program program = bind(std::move(lowered), schedule, plan);
    if (settings().early_copies || settings().late_copies) program.run_by(spread(schedule, plan));
    return program;
}

GraphRun::GraphRun(const Graph& graph, const runtime::KernelOptions& options)
    : program_(compile(graph, options)), executor_(program_) {
    if (settings().checked_moves) executor_.check_moves();
    if (settings().early_copies || settings().late_copies) {
        const auto copies =
            settings().early_copies ? framework::CopiesRun::early : framework::CopiesRun::late;
        executor_.run_in(framework::order_of(program_.instructions(), copies));
    }
    for (framework::Step step = 0; step < program_.schedule().steps(); ++step) {
        const framework::OpNode& node = program_.graph().op(program_.schedule().op(step));
        const runtime::Addresses& out = program_.kernel(step).out;
        for (std::size_t slot = 0; slot < node.outputs.size(); ++slot) {
            std::memset(out[slot], 0xFF,
                        static_cast<std::size_t>(program_.graph().tensor(node.outputs[slot]).bytes));
        }
    }
    runtime::initialize(program_, 1);
}

std::span<std::byte> GraphRun::bytes_of(TensorId id) const {
    const framework::Plan& plan = program_.plan();
    const framework::StorageId storage = program_.schedule().storage_of(id);
    const bool from_before =
        framework::is_source(program_.graph().op(program_.graph().tensor(id).producer).op);
    const framework::Residency& r =
        plan.residencies[from_before ? residency_at_start(plan, storage)
                                     : residency_at(plan, storage, program_.schedule().steps() - 1)];
    return {program_.device().at(r.tier, r.offset), static_cast<std::size_t>(program_.layout(id).bytes())};
}

void GraphRun::set(const std::string& name, const Array& array) {
    const TensorId id = program_.graph().find(name);
    assert(id >= 0 && program_.graph().tensor(id).type == array.type);
    const AlignedBytes bytes = lay_out(array, program_.layout(id));
    std::memcpy(bytes_of(id).data(), bytes.data(), bytes.size());
}

void GraphRun::run(const runtime::Iteration& iteration) {
    executor_.run(iteration);
}

Array GraphRun::get(const std::string& name) const {
    const TensorId id = program_.graph().find(name);
    assert(id >= 0);
    return row_major(program_.graph().tensor(id).type, bytes_of(id), program_.layout(id));
}

void copy_persistent(const GraphRun& from, GraphRun& to) {
    for (const TensorId id : runtime::persistent_tensors(to.program().graph())) {
        const std::string& name = to.program().graph().tensor(id).name;
        to.set(name, from.get(name));
    }
}

std::vector<float> train(GraphRun& run, int iterations, float learning_rate) {
    const Graph& graph = run.program().graph();
    const framework::Shape& logits = graph.tensor(graph.find("logits")).type.shape;
    const Array images = normal(graph.tensor(graph.find("images")).type.shape, 1);
    const Array classes = labels(logits[0], static_cast<int>(logits[1]), 2);
    std::vector<float> losses;
    for (int i = 0; i < iterations; ++i) {
        run.set("images", images);
        run.set("labels", classes);
        run.run({.number = i, .seed = 1, .learning_rate = learning_rate});
        losses.push_back(run.get("loss").values[0]);
    }
    return losses;
}

std::map<std::string, Array> run_graph(const Graph& graph, const std::map<std::string, Array>& sources,
                                       const runtime::KernelOptions& options) {
    GraphRun run(graph, options);
    for (const auto& [name, array] : sources) run.set(name, array);
    run.run();
    std::map<std::string, Array> kept;
    for (const auto& [name, id] : graph.kept()) kept.emplace(name, run.get(name));
    return kept;
}

}  // namespace support
