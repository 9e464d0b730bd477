#include "runtime/session/network.h"

#include "framework/passes/fuse.h"
#include "optimizer/addresses/plan_builder.h"

namespace runtime::session {

Network prepare(const framework::Graph& graph, const PrepareOptions& options) {
    framework::Graph fused = options.fuse ? framework::fuse(graph) : graph;
    Lowered lowered;
    if (options.simulated) {
        framework::reuse_in_place(fused);
        lowered.graph = std::move(fused);
    } else {
        lowered = lower(fused, {.winograd = options.winograd});
    }
    framework::Schedule schedule(lowered.graph);
    const framework::Bytes all_dram_bytes = optimizer::everything_in_dram(schedule).dram_bytes;
    return {std::move(lowered), std::move(schedule), all_dram_bytes, options};
}

}  // namespace runtime::session
