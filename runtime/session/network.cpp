#include "runtime/session/network.h"

#include "framework/passes/fuse.h"
#include "framework/passes/in_place.h"
#include "optimizer/addresses/plan_builder.h"

namespace runtime::session {

Network prepare(const framework::Graph& graph, const PrepareOptions& options) {
    framework::Passes passes(options.without);
    framework::Graph fused = graph;
    passes.run("fuse", fused, [](framework::Graph& g) { g = framework::fuse(g); });
    Lowered lowered;
    if (options.simulated) {
        passes.run("in_place", fused, framework::reuse_in_place);
        lowered.graph = std::move(fused);
    } else {
        lowered = lower(fused, {}, {}, passes);
    }
    framework::Schedule schedule(lowered.graph);
    const framework::Bytes all_dram_bytes =
        optimizer::everything_in_dram(schedule).arena[framework::Tier::dram];
    std::vector<framework::PassTime> times = options.simulated ? passes.times() : lowered.passes;
    return {std::move(lowered), std::move(schedule), all_dram_bytes, options, std::move(times)};
}

}  // namespace runtime::session
