// sweep: rows, runs and what an ended one leaves.
#include <algorithm>
#include <csignal>
#include <sstream>

#include "tests/experiments/support.h"

namespace fs = std::filesystem;

TEST_CASE("sweep: a row for every share and placement") {
    const TemporaryFolder folder;
    const std::string csv = (folder / "points.csv").string();
    const Finished run =
        run_program("sweep", tiny + simulated + Arguments{"--shares", "40,100", "--csv", csv});
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.out, std::vector<std::string>{"synchronous", "first-touch", "bound", "40 %"}));
    const std::string rows = support::read_text(csv);
    CHECK(rows.find("resnet18") != std::string::npos);
    CHECK(rows.find("--shares 40,100 --csv " + csv + "\"\n") != std::string::npos);
}

TEST_CASE(
    "sweep: budgets are percent, fractions, ratios or sizes, and the answer is the least that is enough") {
    const TemporaryFolder folder;
    const fs::path report = folder / "report.json";
    const Finished run =
        run_program("sweep", tiny + simulated +
                                 Arguments{"--shares", "1.0,0.4,1:1,1GiB,20%,90,0.9", "--placements",
                                           "greedy,synchronous", "--report", report.string()});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    const json found = read_json(report);
    const json& points = found.at("points");
    REQUIRE(points.size() == 12);  // 90 and 0.9 are one budget
    const double all = points[8].at("dram_limit_bytes");
    CHECK(points[8].at("dram_percent") == 100);
    int at = 0;
    for (const double percent : {20.0, 40.0, 50.0, 90.0, 100.0, 100 * 1073741824.0 / all}) {
        CHECK(points[at].at("dram_percent").get<double>() == doctest::Approx(percent));
        CHECK(points[at].at("dram_limit_bytes").get<double>() == doctest::Approx(percent / 100 * all));
        at += 2;
    }
    REQUIRE(found.at("least_dram").size() == 3);
    for (const json& least : found.at("least_dram")) {
        const double most = (1 + least.at("within").get<double>()) * points[0].at("all_dram_s").get<double>();
        double bytes = 1e18;
        for (const json& p : points) {
            if (p.at("predicted_s") <= most) bytes = std::min(bytes, p.at("dram_limit_bytes").get<double>());
        }
        CHECK(least.at("dram_limit_bytes") == bytes);
    }
    CHECK(mentions(run.out, std::vector<std::string>{"that takes at most 1 %", " 5 %",
                                                     "10 % longer than with everything in DRAM: "}));
    for (const char* wrong : {"0", "101", "many", "1.5MiB%", "auto", "4:", "-0.5", "0.0"})
        check_refusal(run_program("sweep", tiny + simulated + Arguments{"--shares", wrong}), 2, {wrong});
}

TEST_CASE("sweep: 2lm comes where it is asked for, with the rates of its cache, and has no bound") {
    const TemporaryFolder folder;
    const std::string csv = (folder / "points.csv").string(), picture = (folder / "picture.png").string();
    const fs::path report = folder / "report.json";
    const Finished run =
        run_program("sweep", tiny + simulated +
                                 Arguments{"--shares", "40", "--placements", "2lm,synchronous", "--csv", csv,
                                           "--report", report.string(), "--picture", picture});
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.out, std::vector<std::string>{"2lm: hits", "clean", "dirty"}));
    CHECK(fs::file_size(picture) > 0);
    const json points = read_json(report).at("points");
    REQUIRE(points.size() == 2);
    for (const char* absent : {"status", "bound_s", "gap"}) CHECK_FALSE(points[0].contains(absent));
    CHECK(points[0].at("cache").at("hit_rate") < 1);
    CHECK_FALSE(points[1].contains("cache"));
    CHECK(points[0].at("predicted_s") > points[1].at("predicted_s"));
    const std::string rows = support::read_text(csv);
    CHECK(rows.find(",hit_rate,clean_miss_rate,dirty_miss_rate,") != std::string::npos);
    std::vector<std::ptrdiff_t> commas;
    std::istringstream lines(rows);
    for (std::string row; std::getline(lines, row);) {
        const std::string unquoted = row.substr(0, row.find('"'));  // host and arguments come last
        commas.push_back(std::ranges::count(unquoted, ','));
    }
    CHECK(commas == std::vector<std::ptrdiff_t>{29, 28, 28});
}

TEST_CASE("sweep: what it runs is told with the machine's drift, within the budget") {
    const TemporaryFolder folder;
    const fs::path report = folder / "report.json";
    const Finished run = run_program(
        "sweep", tiny + Arguments{"--emulate", "--machine", "paper"} +
                     Arguments{"--shares", "50,100", "--placements", "slow,first-touch,synchronous",
                               "--iterations", "1", "--report", report.string()});
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.out, std::vector<std::string>{"error", "drift", "corrected", "bit for bit"}));
    const json points = read_json(report).at("points");
    CHECK(points.size() == 6);
    for (const json& point : points) {
        CAPTURE(point.dump());
        CHECK(point.at("drift") > 0);
        CHECK(point.at("losses") == points[0].at("losses"));
        // All of the arena is touched at the start: no more is held than what was planned, in whole pages.
        const std::int64_t page = 4096, planned = point.at("dram_peak_bytes");
        CHECK(point.at("memory").at("dram_resident_bytes") == (planned + page - 1) / page * page);
        CHECK(planned <= point.at("dram_limit_bytes"));
    }
}

TEST_CASE("sweep: one that is killed keeps the points it had") {
    const TemporaryFolder folder;
    const fs::path report = folder / "report.json";
    {
        support::RunningProgram running(
            "sweep", tiny + Arguments{"--emulate", "--machine", "paper", "--report", report.string()});
        running.wait_until([&] { return fs::exists(report); });
        running.send(SIGKILL);
        CHECK(running.wait().exit_code == 128 + SIGKILL);
    }
    CHECK(read_json(report).at("points").size() >= 1);
}
