// Placement changes no arithmetic: the same losses, bit for bit, wherever tensors lie.
#include <cstring>

#include <doctest/doctest.h>

#include "framework/passes/fuse.h"
#include "framework/plan/machine.h"
#include "models/models.h"
#include "optimizer/solve.h"
#include "runtime/executor.h"
#include "runtime/host/host_device.h"
#include "runtime/program.h"
#include "runtime/training/parameters.h"
#include "tests/support/random_graph.h"

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

runtime::Program initialized(const Lowering& parts, const Plan& plan) {
    const Bytes slow = plan.arena[Tier::slow];  // a file
    runtime::Program program(
        parts.lowered, parts.schedule, plan,
        std::make_shared<runtime::HostDevice>(
            plan.arena[Tier::dram], slow > 0 ? runtime::open_slow_memory("", slow) : runtime::SlowMemory{}));
    runtime::initialize(program, 7);
    return program;
}

std::vector<float> losses(const Lowering& parts, const Plan& plan) {
    runtime::Program program = initialized(parts, plan);
    runtime::Executor executor(program);
    executor.check_moves();
    const auto count = static_cast<std::size_t>(
        program.graph().tensor(program.graph().find("images")).type.shape.elements());
    std::vector<float> losses;
    for (int iteration = 0; iteration < 5; ++iteration) {
        std::vector<float> images(count);
        std::vector<std::int32_t> labels(4);
        for (std::size_t i = 0; i < count; ++i) {
            images[i] =
                static_cast<float>((i * 2654435761U + static_cast<std::size_t>(iteration)) % 1000) / 500 - 1;
        }
        for (int n = 0; n < 4; ++n) labels[n] = (n + iteration) % 10;
        program.put<float>(program.find("images"), images);
        program.put<std::int32_t>(program.find("labels"), labels);
        executor.run({iteration, 7, 0.01F});
        program.get(program.find("loss"), std::span(&losses.emplace_back(), 1));
    }
    return losses;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("placement: losses are the same bit for bit under every placement and budget") {
    for (const auto& [model, image_size] : {std::pair{"resnet18", 32}, std::pair{"vgg11", 32},
                                            std::pair{"densenet121", 32}, std::pair{"inception_v4", 75}}) {
        CAPTURE(model);
        const Lowering parts = lower(model, image_size);
        const Bytes peak = parts.schedule.peak_bytes();
        const auto solve = [&](optimizer::Placement placement, Bytes budget) {
            return optimizer::solve(
                placement, {.schedule = parts.schedule, .profile = parts.profile, .dram_budget = budget},
                {.gap = 0.05});
        };
        const std::vector<float> reference = losses(parts, *solve(optimizer::Placement::dram, peak).plan);
        for (const double share : {0.7, 0.4}) {
            for (const optimizer::Placement placement : optimizer::placements()) {
                if (placement == optimizer::Placement::dram) continue;
                const Bytes budget = static_cast<Bytes>(share * static_cast<double>(peak));
                const optimizer::Result result = solve(placement, budget);
                CAPTURE(optimizer::name_of(placement));
                CAPTURE(share);
                REQUIRE_MESSAGE(result.plan.has_value(), result.reason);
                CHECK(result.plan->arena[Tier::dram] <= budget);
                CHECK(same_bits(losses(parts, *result.plan), reference));
            }
        }
    }
}

namespace {

// What the graph keeps after three iterations, from the same start under every plan.
std::vector<float> kept(const Lowering& parts, const Plan& plan) {
    runtime::Program program = initialized(parts, plan);
    runtime::Executor executor(program);
    executor.check_moves();
    const auto zeros = [&](const char* name) {
        const framework::Shape& shape = program.graph().tensor(program.find(name)).type.shape;
        return std::vector<float>(static_cast<std::size_t>(shape.elements()));
    };
    std::vector<float> values;
    for (int iteration = 0; iteration < 3; ++iteration) {
        std::vector<float> in = zeros("in"), last = zeros("last");
        for (std::size_t i = 0; i < in.size(); ++i)
            in[i] = static_cast<float>((i * 37 + static_cast<std::size_t>(iteration)) % 100) / 50 - 1;
        program.put<float>(program.find("in"), in);
        executor.run({iteration, 7, 0.01F});
        program.get<float>(program.find("last"), last);
        values.insert(values.end(), last.begin(), last.end());
    }
    return values;
}

}  // namespace

TEST_CASE("placement: random graphs give the same bits under every placement and budget") {
    int moves = 0;
    for (unsigned seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        runtime::Lowered lowered = runtime::lower(support::random_graph(seed, 25));
        Schedule schedule(lowered.graph);
        Profile profile = support::random_profile(schedule, seed, support::Kernels::additive);
        const Lowering parts{std::move(lowered), std::move(schedule), std::move(profile)};
        const Bytes peak = parts.schedule.peak_bytes();
        const auto solve = [&](optimizer::Placement placement, double share) {
            return optimizer::solve(placement,
                                    {.schedule = parts.schedule,
                                     .profile = parts.profile,
                                     .dram_budget = static_cast<Bytes>(share * static_cast<double>(peak))},
                                    {.gap = 0.05});
        };
        const std::vector<float> reference = kept(parts, *solve(optimizer::Placement::dram, 1).plan);
        for (const double share : {0.2, 0.45, 0.7}) {
            CAPTURE(share);
            for (const optimizer::Placement placement : optimizer::placements()) {
                CAPTURE(optimizer::name_of(placement));
                const optimizer::Result result = solve(placement, share);
                if (!result.plan) continue;  // too little for all of it, or for a kernel's scratch
                moves += static_cast<int>(result.plan->moves.size());
                CHECK(same_bits(kept(parts, *result.plan), reference));
            }
        }
    }
    CHECK(moves > 100);
}
