#include "tests/support/run_graph.h"

#include <cassert>
#include <cstring>

#include "optimizer/policies/baselines.h"
#include "runtime/training/parameters.h"

namespace support {

using framework::Graph;
using framework::Schedule;
using framework::TensorId;

framework::Plan plan_in_dram(const Graph& graph, const Schedule& schedule) {
    framework::Profile nothing{.kernels = {static_cast<std::size_t>(schedule.steps()), {{{0, 0, 0}}}},
                               .to_dram = {0, 1e9},
                               .to_slow = {0, 1e9}};
    return *optimizer::all_dram({.graph = graph,
                                 .schedule = schedule,
                                 .profile = nothing,
                                 .dram_budget = framework::Bytes{1} << 50})
                .plan;
}

runtime::Program compile(const Graph& graph, const runtime::KernelOptions& options) {
    runtime::Lowered lowered = runtime::lower(graph, options);
    const Schedule schedule(lowered.graph);
    const framework::Plan plan = plan_in_dram(lowered.graph, schedule);
    return {std::move(lowered), schedule, plan};
}

GraphRun::GraphRun(const Graph& graph, const runtime::KernelOptions& options)
    : program_(compile(graph, options)), executor_(program_) {
    for (int step = 0; step < program_.schedule().steps(); ++step) {
        const framework::OpNode& node = program_.graph().op(program_.schedule().op(step));
        const runtime::Addresses& out = program_.steps()[static_cast<std::size_t>(step)].kernel->out;
        for (std::size_t slot = 0; slot < node.outputs.size(); ++slot) {
            std::memset(out[slot], 0xFF,
                        static_cast<std::size_t>(program_.graph().tensor(node.outputs[slot]).bytes));
        }
    }
    runtime::initialize(program_, 1);
}

void GraphRun::set(const std::string& name, const Array& array) {
    const TensorId id = program_.graph().find(name);
    assert(id >= 0 && program_.graph().tensor(id).type == array.type);
    const AlignedBytes bytes = lay_out(array, program_.layout(id));
    std::memcpy(program_.address(id), bytes.data(), bytes.size());
}

void GraphRun::run(const runtime::Iteration& iteration) {
    executor_.run(iteration);
}

Array GraphRun::get(const std::string& name) const {
    const TensorId id = program_.graph().find(name);
    assert(id >= 0);
    const runtime::Layout& layout = program_.layout(id);
    return row_major(program_.graph().tensor(id).type,
                     {program_.address(id), static_cast<std::size_t>(layout.bytes())}, layout);
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
