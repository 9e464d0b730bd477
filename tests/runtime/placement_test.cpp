// Placement changes no arithmetic: the same losses, bit for bit, wherever tensors lie.
#include "optimizer/placement.h"

#include <cstring>

#include <doctest/doctest.h>

#include "framework/fuse.h"
#include "framework/machine.h"
#include "models/models.h"
#include "runtime/executor.h"
#include "runtime/parameters.h"
#include "runtime/program.h"

using namespace framework;

namespace {

struct Lowering {
    runtime::Lowered lowered;
    Schedule schedule;
    Profile profile;
};

Lowering lower(const std::string& model, int image_size) {
    const Graph graph = models::training(model, {.batch = 4, .image_size = image_size, .classes = 10});
    runtime::Lowered lowered = runtime::lower(fuse(graph));
    Schedule schedule(lowered.graph);
    Profile profile = simulate(lowered.graph, schedule, load_machine("paper"));
    return {std::move(lowered), std::move(schedule), std::move(profile)};
}

std::vector<float> losses(const std::string& model, int image_size, const Plan& plan) {
    Lowering parts = lower(model, image_size);
    runtime::SlowMemory slow =
        plan.slow_bytes > 0 ? runtime::open_slow_memory("", plan.slow_bytes) : runtime::SlowMemory{};
    runtime::Program program(std::move(parts.lowered), std::move(parts.schedule), plan, std::move(slow));
    runtime::initialize(program, 7);
    runtime::Executor executor(program);
    executor.check_moves();
    const auto count = static_cast<std::size_t>(
        program.graph().tensor(program.graph().find("images")).type.shape.elements());
    std::vector<float> losses;
    for (int iteration = 0; iteration < 5; ++iteration) {
        float* images = program.floats("images");
        auto* labels = reinterpret_cast<std::int32_t*>(program.floats("labels"));
        for (std::size_t i = 0; i < count; ++i) {
            images[i] =
                static_cast<float>((i * 2654435761U + static_cast<std::size_t>(iteration)) % 1000) / 500 - 1;
        }
        for (int n = 0; n < 4; ++n) labels[n] = (n + iteration) % 10;
        executor.run({iteration, 7, 0.01F});
        losses.push_back(*program.floats("loss"));
    }
    return losses;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("placement: losses are the same bit for bit under every placement and budget") {
    for (const auto& [model, image_size] :
         {std::pair{"resnet18", 32}, std::pair{"vgg11", 32}, std::pair{"densenet121", 32}}) {
        CAPTURE(model);
        const Lowering parts = lower(model, image_size);
        const Bytes peak = parts.schedule.peak_bytes();
        const auto solve = [&](optimizer::Placement placement, Bytes budget) {
            return optimizer::solve(placement, {.graph = parts.lowered.graph,
                                                .schedule = parts.schedule,
                                                .profile = parts.profile,
                                                .dram_budget = budget,
                                                .time_limit = 10});
        };
        const std::vector<float> reference =
            losses(model, image_size, *solve(optimizer::Placement::dram, peak).plan);
        for (const double share : {0.7, 0.4}) {
            for (const optimizer::Placement placement : optimizer::placements()) {
                if (placement == optimizer::Placement::dram) continue;
                const Bytes budget = static_cast<Bytes>(share * static_cast<double>(peak));
                const optimizer::Result result = solve(placement, budget);
                CAPTURE(optimizer::name_of(placement));
                CAPTURE(share);
                REQUIRE_MESSAGE(result.plan.has_value(), result.reason);
                CHECK(result.plan->dram_bytes <= budget);
                CHECK(same_bits(losses(model, image_size, *result.plan), reference));
            }
        }
    }
}
