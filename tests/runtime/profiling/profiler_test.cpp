#include "runtime/profiling/profiler.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/graph/layers.h"
#include "framework/passes/fuse.h"
#include "models/models.h"
#include "optimizer/addresses/plan_builder.h"
#include "runtime/host/team.h"
#include "runtime/profiling/kernel_bench.h"
#include "runtime/profiling/profile_cache.h"
#include "tests/support/run_graph.h"
#include "tests/support/temporary_folder.h"

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
        program.emplace(support::bind(lowered, schedule, optimizer::everything_in_dram(schedule)));
        executor.emplace(*program);
        return &*executor;
    }
};

bool covers_all(const Network& network, const Profile& profile) {
    for (Step step = 0; step < network.schedule.steps(); ++step) {
        const KernelProfile& kernel = profile.kernels[step];
        const Placements wanted = placements_to_time(network.schedule, step);
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
        const runtime::Measurement found =
            runtime::profile(network.lowered, network.schedule, executor, {.runs = 1});
        CHECK(covers_all(network, found.profile));
        CHECK(found.kernels < network.schedule.steps());
        CHECK(found.cached == 0);
        CHECK(found.one_by_one == (executor == nullptr));
        CHECK(found.profile.copy[Tier::slow][Tier::dram].bytes_per_s > 0);
        CHECK(found.profile.copy[Tier::dram][Tier::slow].seconds(1 << 20) > 0);
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
    const runtime::Measurement first = profile(), second = profile();
    CHECK(second.cached >= first.configurations);
    CHECK(second.profile.copy[Tier::dram][Tier::slow].bytes_per_s ==
          first.profile.copy[Tier::dram][Tier::slow].bytes_per_s);
    for (std::size_t step = 0; step < first.profile.kernels.size(); ++step) {
        CHECK(second.profile.kernels[step].seconds(0) == first.profile.kernels[step].seconds(0));
    }
    const std::string cut = "{ \"format\": ";
    std::ofstream(cache, std::ios::trunc) << cut;
    CHECK(runtime::ProfileCache(cache).damaged().find(cache.string()) != std::string::npos);
    const runtime::Measurement third = profile(), fourth = profile();
    CHECK(third.cached == 0);
    const auto kept = read_file(cache.string() + ".damaged");
    CHECK(std::string(kept.begin(), kept.end()) == cut);
    CHECK(runtime::ProfileCache(cache).damaged().empty());
    CHECK(fourth.cached >= third.configurations);
}

TEST_CASE("profiler: a cache that cannot be written costs no time, and the reason is told") {
    Network network;
    const TemporaryFolder folder;
    runtime::ProfileOptions options{.runs = 1, .cache = folder.path() / "missing" / "kernels.json"};
    const runtime::Measurement found = runtime::profile(network.lowered, network.schedule, nullptr, options);
    CHECK(covers_all(network, found.profile));
    CHECK(found.unsaved.find(options.cache.string()) != std::string::npos);
    options.cache = folder.path() / "kernels.json";
    CHECK(runtime::profile(network.lowered, network.schedule, nullptr, options).unsaved.empty());
}

TEST_CASE("profiler: what the allowance was short for is measured when the network is profiled again") {
    Network network;
    const TemporaryFolder folder;
    const runtime::ProfileOptions options{.runs = 1, .cache = folder.path() / "kernels.json"};
    std::set<std::string> keys;
    int all = 0;
    for (Step step = 0; step < network.schedule.steps(); ++step) {
        if (!keys.insert(runtime::kernel_key(network.lowered, network.schedule.op(step), "")).second)
            continue;
        all += static_cast<int>(placements_to_time(network.schedule, step).masks.size());
    }
    int known = 0;
    for (int again = 0; again < 20 && known < all; ++again) {
        const runtime::Measurement found =
            runtime::profile(network.lowered, network.schedule, nullptr, options);
        CHECK(found.cached == known);
        CHECK(found.configurations > known);
        known = found.configurations;
    }
    CHECK(known == all);
}

TEST_CASE("profiler: thorough, every placement has its runs, those that had fewer too") {
    Network network;
    const TemporaryFolder folder;
    runtime::ProfileOptions options{.runs = 2, .cache = folder.path() / "kernels.json"};
    const auto profile = [&] {
        return runtime::profile(network.lowered, network.schedule, nullptr, options);
    };
    profile();
    options.thorough = true;
    const runtime::Measurement found = profile();
    CHECK(found.few_runs == 0);
    for (Step step = 0; step < network.schedule.steps(); ++step) {
        const KernelProfile& kernel = found.profile.kernels[step];
        CHECK(kernel.timings.size() == placements_to_time(network.schedule, step).masks.size());
        for (const Timing& timing : kernel.timings) CHECK(timing.runs >= options.runs);
    }
    CHECK(profile().cached == found.configurations);
}

TEST_CASE("profiler: times of a machine that was slower are told from now's, and taken again") {
    Network network;
    const TemporaryFolder folder;
    const runtime::ProfileOptions options{
        .machine = load_machine("paper"), .runs = 1, .cache = folder.path() / "kernels.json"};
    const auto profile = [&] {
        return runtime::profile(network.lowered, network.schedule, network.in_dram(), options);
    };
    CHECK_FALSE(profile().drift.has_value());
    runtime::ProfileCache slower(options.cache);
    std::set<std::string> keys;
    for (Step step = 0; step < network.schedule.steps(); ++step) {
        const std::string key = runtime::kernel_key(network.lowered, network.schedule.op(step), "dram");
        Timing timing = slower.find(key, 0).value();
        timing.median *= 1e6;
        if (keys.insert(key).second) slower.add(key, timing);
    }
    slower.save();
    const runtime::Measurement found = profile();
    CHECK(found.drift.value() < -0.5);
    CHECK(found.cached == 0);
    for (const std::string& key : keys) {
        CHECK(runtime::ProfileCache(options.cache).find(key, 0)->median != slower.find(key, 0)->median);
    }
}

TEST_CASE("profiler: another time in DRAM leaves what slow memory adds") {
    runtime::ProfileCache cache("");
    cache.add("kernel", {0, 1.0, 0.1, 3});
    cache.add("kernel", {1, 1.5, 0.1, 1});
    cache.add("kernel", {0, 2.0, 0.2, 3});
    CHECK(cache.find("kernel", 0)->median == 2.0);
    CHECK(cache.find("kernel", 1)->median == 2.5);
}

TEST_CASE("profile cache: no time in slow memory is below the one in DRAM") {
    runtime::ProfileCache cache("");
    cache.add("kernel", {0, 1.0, 0.1, 3});
    cache.add("kernel", {1, 0.4, 0.1, 1});
    cache.add("kernel", {2, 1.5, 0.1, 1});
    CHECK(cache.find("kernel", 1)->median == 1.0);
    CHECK(cache.find("kernel", 2)->median == 1.5);
    cache.add("kernel", {0, 0.1, 0.1, 3});  // the others move along, the first one to -0.5
    CHECK(cache.find("kernel", 1)->median == 0.1);
}

TEST_CASE("profiler: a key tells kernels apart by attributes, threads and where slow memory is") {
    const auto key = [](const Window2d& window, const std::string& tier) {
        Graph graph;
        const auto source = [&](Op op, const char* name) {
            return graph.add(std::move(op), std::span<const TensorId>(), name).front();
        };
        const TensorId x = source(Input{{{1, 8, 9, 9}, DType::f32}}, "x");
        const TensorId w = source(Parameter{.shape = {8, 8, 3, 3}, .start = {}}, "w");
        graph.keep("y", graph.add(Conv2d{.window = window}, std::vector{x, w}, "conv").front());
        const runtime::Lowered lowered = runtime::lower(graph);
        for (OpId id = 0; id < lowered.graph.op_count(); ++id) {
            if (std::holds_alternative<Conv2d>(lowered.graph.op(id).op))
                return runtime::kernel_key(lowered, id, tier);
        }
        return std::string();
    };
    const int threads = runtime::team_size();
    std::set<std::string> keys{key({}, "a"), key({.padding = 1}, "a"), key({.stride = 2, .padding = 1}, "a"),
                               key({.dilation = 2, .padding = 2}, "a"), key({}, "b")};
    const std::size_t others = keys.size();
    {
        const runtime::Team team(threads + 1);  // OMP_THREAD_LIMIT may be in the way
        keys.insert(key({}, "a"));
        CHECK(keys.size() == (team.size() == threads ? others : others + 1));
    }
    CHECK(others == 5);
    CHECK(keys.contains(key({}, "a")));
}

TEST_CASE("profile cache: of two that are saved at once, nothing is lost") {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "kernels.json";
    constexpr int entries = 60;
    const auto fill = [&](const std::string& name) {
        runtime::ProfileCache cache(path);
        for (int i = 0; i < entries; ++i) {
            cache.add(text(name, i), {0, 1e-3, 0});
            cache.save();
        }
    };
    std::thread other(fill, "a");
    fill("b");
    other.join();
    const runtime::ProfileCache cache(path);
    CHECK(cache.damaged().empty());
    for (int i = 0; i < entries; ++i) {
        CHECK(cache.find(text("a", i), 0).has_value());
        CHECK(cache.find(text("b", i), 0).has_value());
    }
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE(
    "profile cache: of two times of a kernel in DRAM, slow ones stay beside the one they were taken with") {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "kernels.json";
    runtime::ProfileCache first(path), second(path);
    first.add("kernel", {0, 1e-3, 0});
    first.add("kernel", {1, 2e-3, 0});
    first.save();
    second.add("kernel", {0, 5e-3, 0});
    second.save();
    const runtime::ProfileCache found(path);
    CHECK(found.find("kernel", 0)->median == 1e-3);
    CHECK(found.find("kernel", 1)->median == 2e-3);
}

TEST_CASE("profile cache: what is no ordinary file is refused") {
    CHECK_THROWS_WITH_AS(runtime::ProfileCache("/dev/null"), doctest::Contains("ordinary file"), DataError);
}

TEST_CASE("kernel bench: stale bytes are no labels") {
    Network network;
    runtime::KernelBench bench(network.lowered, network.schedule, runtime::emulated_memory, false);
    for (int round = 0; round < 2; ++round) {  // the second one finds what all others have left
        for (Step step = 0; step < network.schedule.steps(); ++step) CHECK_NOTHROW(bench.run(step, 0));
    }
}

TEST_CASE("profiler: an emulated tier adds its delays to the times in DRAM") {
    Network network;
    const Machine paper = load_machine("paper");
    const runtime::Measurement found =
        runtime::profile(network.lowered, network.schedule, network.in_dram(), {.machine = paper, .runs = 1});
    const Machine scaled = paper.scaled(found.machine_scale);
    CHECK(found.profile.copy[Tier::dram][Tier::slow].bytes_per_s ==
          doctest::Approx(scaled.copy[Tier::dram][Tier::slow].bytes_per_s));
    for (Step step = 0; step < network.schedule.steps(); ++step) {
        const KernelProfile& kernel = found.profile.kernels[step];
        for (const Timing& t : kernel.timings) {
            CHECK(t.median == doctest::Approx(scaled.seconds(network.lowered.graph, network.schedule, step,
                                                             t.slow, kernel.seconds(0))));
            CHECK(t.median >= 0.999 * kernel.seconds(0));
        }
    }
    // The waits of the checked iteration are in what it took.
    REQUIRE(found.spot_check.has_value());
    CHECK(found.spot_check->kernels > 0);
    Seconds all_dram = 0;
    for (const KernelProfile& kernel : found.profile.kernels) all_dram += kernel.seconds(0);
    CHECK(found.spot_check->predicted_s > all_dram);
    CHECK(found.spot_check->predicted_s <= doctest::Approx(1.5 * all_dram));
    CHECK(found.spot_check->measured_s >= found.spot_check->predicted_s - all_dram);
}
