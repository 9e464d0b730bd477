// profile: the cache of kernel times.
#include <cmath>
#include <csignal>

#include "tests/experiments/support.h"

namespace fs = std::filesystem;

TEST_CASE("profile: fills the cache, which the next run and plan read; damage is said and measured anew") {
    const TemporaryFolder folder;
    const std::string cache = (folder / "kernels.json").string(), report = (folder / "r.json").string();
    const auto profile = [&] {
        return run_program("profile", tiny + Arguments{"--cache", cache, "--report", report});
    };
    Finished run = profile();
    REQUIRE(run.exit_code == 0);
    CHECK(mentions(run.out, std::vector<std::string>{"all DRAM", "slow adds", "conv2d", "distinct kernels"}));
    check_common(read_json(report), "profile", "measured");
    const json measured = read_json(report).at("profile");
    CHECK(measured.at("cached") == 0);
    CHECK(measured.at("kernels") > 0);

    const Finished planned =
        run_program("plan", tiny + Arguments{"--cache", cache, "--report", report, "--dram", "40%",
                                             "--time-limit", "1", "--no-table"});
    REQUIRE(planned.exit_code == 0);
    check_common(read_json(report), "plan", "measured");
    // Times in DRAM are taken again where this machine is faster or slower by now.
    CHECK(read_json(report).at("profile").at("cached") >=
          measured.at("configurations").get<int>() - measured.at("kernels").get<int>());
    CHECK(read_json(report).at("profile").contains("drift"));

    cut_short(cache, 50);
    run = profile();
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.err, std::vector<std::string>{"kernels.json", "measured again"}));
    CHECK(read_json(report).at("profile").at("cached") == 0);
    CHECK(read_json(cache).contains("kernels"));
}

TEST_CASE("profile: what slow memory adds to another network's kernels stays as the cache knows it") {
    const TemporaryFolder folder;
    const fs::path cache = folder / "kernels.json";
    const Arguments arguments = tiny + Arguments{"--cache", cache.string()};
    REQUIRE(run_program("profile", arguments).exit_code == 0);
    const json before = read_json(cache).at("kernels");
    REQUIRE(run_program("profile", arguments + Arguments{"--classes", "20"}).exit_code == 0);
    const json after = read_json(cache).at("kernels");
    CHECK(after.size() > before.size());
    const auto added = [](const json& timings, const json& mask) {
        for (const json& timing : timings) {  // [mask, median, spread, runs], with everything in DRAM first
            if (timing[0] == mask) return timing[1].get<double>() - timings[0][1].get<double>();
        }
        return -1.0;
    };
    for (const auto& [key, timings] : before.items()) {
        CAPTURE(key);
        for (const json& timing : timings) {
            CHECK(added(after.at(key), timing[0]) ==
                  doctest::Approx(added(timings, timing[0])).epsilon(1e-6).scale(1e-6));
        }
    }
}

TEST_CASE("profile: one that is killed leaves no cache or a whole one") {
    const TemporaryFolder folder;
    const fs::path cache = folder / "kernels.json";
    const Arguments arguments = tiny + Arguments{"--cache", cache.string()};
    {
        support::RunningProgram running("profile", arguments);
        running.wait_until([&] { return fs::exists(cache); });
        running.send(SIGKILL);
        CHECK(running.wait().exit_code == 128 + SIGKILL);
    }
    REQUIRE(fs::exists(cache));
    CHECK(read_json(cache).contains("kernels"));
    const std::string report = (folder / "r.json").string();
    const Finished next = run_program("profile", arguments + Arguments{"--report", report, "--quiet"});
    CHECK(next.exit_code == 0);
    CHECK(next.err.empty());
    // What it knew is used, unless this machine has become faster or slower by a tenth meanwhile.
    const json profile = read_json(report).at("profile");
    CHECK((profile.at("cached") > 0 || std::abs(profile.at("drift").get<double>()) > 0.1));
}
