#include "runtime/profiler.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "framework/fuse.h"
#include "framework/layers.h"
#include "models/models.h"
#include "runtime/profile_cache.h"
#include "tests/runtime/data/temporary_folder.h"
#include "tests/support/run_graph.h"

using namespace framework;

namespace {

Tensor small(Tensor images) {
    const Tensor x = images | conv(8, {.kernel = 3, .padding = 1}) | batch_norm | relu;
    return relu(x + (x | conv(8, {.kernel = 1}))) | global_avg_pool | flatten | linear(10);
}

struct Network {
    runtime::Lowered lowered =
        runtime::lower(fuse(models::training(small, {.batch = 2, .image_size = 16, .classes = 10})));
    Schedule schedule{lowered.graph};
    std::optional<runtime::Program> program;
    std::optional<runtime::Executor> executor;

    runtime::Executor* in_dram() {
        program.emplace(lowered, schedule, support::plan_in_dram(lowered.graph, schedule));
        executor.emplace(*program);
        return &*executor;
    }
};

bool covers_all(const Network& network, const Profile& profile) {
    for (int step = 0; step < network.schedule.steps(); ++step) {
        const KernelProfile& kernel = profile.kernels[static_cast<std::size_t>(step)];
        const Placements wanted = placements_to_time(network.lowered.graph, network.schedule, step);
        for (std::size_t i = 0; i < wanted.needed; ++i) {
            const auto has = [&](const Timing& t) { return t.slow == wanted.masks[i] && t.median > 0; };
            if (std::none_of(kernel.timings.begin(), kernel.timings.end(), has)) return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("profiler: every kernel has its times, in iterations and one by one, and copies have theirs") {
    Network network;
    for (runtime::Executor* executor : {network.in_dram(), static_cast<runtime::Executor*>(nullptr)}) {
        CAPTURE(executor == nullptr);
        const runtime::Profiled found =
            runtime::profile(network.lowered, network.schedule, executor, {.runs = 1});
        CHECK(covers_all(network, found.profile));
        CHECK(found.kernels < network.schedule.steps());
        CHECK(found.cached == 0);
        CHECK(found.one_by_one == (executor == nullptr));
        CHECK(found.profile.to_dram.bytes_per_s > 0);
        CHECK(found.profile.to_slow.seconds(1 << 20) > 0);
    }
}

TEST_CASE("profiler: what the cache holds is not measured again, and a damaged one is said and replaced") {
    Network network;
    const TemporaryFolder folder;
    const std::filesystem::path cache = folder.path() / "kernels.json";
    const runtime::ProfileOptions options{.runs = 1, .cache = cache};
    const auto profile = [&] {
        return runtime::profile(network.lowered, network.schedule, nullptr, options);
    };
    const runtime::Profiled first = profile(), second = profile();
    CHECK(second.cached == second.configurations);
    CHECK(second.profile.to_slow.bytes_per_s == first.profile.to_slow.bytes_per_s);
    for (std::size_t step = 0; step < first.profile.kernels.size(); ++step) {
        CHECK(second.profile.kernels[step].seconds(0) == first.profile.kernels[step].seconds(0));
    }
    std::ofstream(cache, std::ios::trunc) << "{ \"format\": ";
    CHECK(runtime::ProfileCache(cache).damaged().find(cache.string()) != std::string::npos);
    const runtime::Profiled third = profile(), fourth = profile();
    CHECK(third.cached == 0);
    CHECK(runtime::ProfileCache(cache).damaged().empty());
    CHECK(fourth.cached == fourth.configurations);
}

TEST_CASE("profiler: an emulated tier adds its delays to the times in DRAM") {
    Network network;
    const Machine paper = load_machine("paper");
    const runtime::Profiled found =
        runtime::profile(network.lowered, network.schedule, network.in_dram(), {.machine = paper, .runs = 1});
    const Machine scaled = paper.scaled(found.machine_scale);
    CHECK(found.profile.to_slow.bytes_per_s == doctest::Approx(scaled.to_slow.bytes_per_s));
    for (int step = 0; step < network.schedule.steps(); ++step) {
        const KernelProfile& kernel = found.profile.kernels[static_cast<std::size_t>(step)];
        for (const Timing& t : kernel.timings) {
            CHECK(t.median == doctest::Approx(scaled.seconds(network.lowered.graph, network.schedule, step,
                                                             t.slow, kernel.seconds(0))));
            CHECK(t.median >= 0.999 * kernel.seconds(0));
        }
    }
}
