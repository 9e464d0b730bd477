// plan: what it saves, prints and reports.
#include <algorithm>
#include <sstream>

#include "tests/experiments/support.h"

namespace fs = std::filesystem;

TEST_CASE("plan: what is saved is loaded, judged and printed alike; the program is written as text") {
    const TemporaryFolder folder;
    const auto path = [&](const char* name) { return (folder / name).string(); };
    const Arguments solve = tiny + simulated + Arguments{"--dram", "40%", "--save", path("plan.json")};
    const Finished made =
        run_program("plan", solve + Arguments{"--write-lp", path("plan.lp"), "--report", path("made.json")});
    REQUIRE(made.exit_code == 0);
    CHECK(mentions(support::read_text(folder / "plan.lp"), std::vector<std::string>{"Minimize", "End"}));
    const Arguments load =
        tiny + simulated + Arguments{"--load", path("plan.json"), "--report", path("loaded.json")};
    const Finished loaded = run_program("plan", load);
    CAPTURE(loaded.err);
    REQUIRE(loaded.exit_code == 0);
    const auto table = [](const std::string& out) { return out.substr(out.find("  tensor")); };
    CHECK(table(loaded.out) == table(made.out));
    const json first = read_json(folder / "made.json"), second = read_json(folder / "loaded.json");
    check_common(first, "plan", "simulated");
    CHECK(first.at("slow").at("kind") == "simulated");
    CHECK(first.at("slow").at("peak_bytes") > 0);
    CHECK(first.at("dram") == second.at("dram"));
    for (const char* field : {"placement", "moves"})
        CHECK(first.at("plan").at(field) == second.at("plan").at(field));
    CHECK(second.at("plan").at("predicted_s").get<double>() ==
          doctest::Approx(first.at("plan").at("predicted_s").get<double>()));
    CHECK(second.at("plan").at("bound_s").get<double>() ==
          doctest::Approx(first.at("plan").at("bound_s").get<double>()));
    CHECK(second.at("plan").at("status") == first.at("plan").at("status"));
    // The file says that it was simulated; nothing can be run by it.
    CHECK(run_program("plan", tiny + Arguments{"--load", path("plan.json")}).out == loaded.out);
    check_refusal(
        run_program("train", train_tiny + Arguments{"--load", path("plan.json"), "--classes", "1000"}), 2,
        {"plan.json", "simulated"});

    check_refusal(run_program("plan", load + Arguments{"--dram", "20%"}), 2, {"--load", "--dram"});
    check_refusal(run_program("plan", {"--model", "resnet34", "--simulate", "--machine", "paper", "--load",
                                       path("plan.json")}),
                  1, {"plan.json", "another graph"});
    cut_short(folder / "plan.json", 100);
    check_refusal(run_program("plan", load), 1, {"plan.json", "damaged"});
    check_refusal(run_program("plan", tiny + simulated + Arguments{"--write-lp", path("all.lp")}), 1,
                  {"--write-lp", "no linear program"});
    check_refusal(run_program("plan", tiny + simulated +
                                          Arguments{"--placement", "greedy", "--write-lp", path("all.lp")}),
                  2, {"greedy", "--write-lp", "static"});
    check_refusal(run_program("plan", tiny + Arguments{"--load", path("no plan")}), 1, {"no plan", "opened"});
    check_refusal(run_program("plan", tiny + Arguments{"--load", ""}), 2, {"--load"});
    for (const char* solved : {"--gap", "--time-limit", "--cache"})
        check_refusal(run_program("plan", tiny + Arguments{"--load", path("plan.json"), solved, "1"}), 2,
                      {"--load", solved});
}

TEST_CASE("plan: the table has the largest or most moved tensors, or all") {
    const Arguments forty = tiny + simulated + Arguments{"--dram", "40%"};
    const auto rows = [&](const Arguments& flags) {
        const Finished run = run_program("plan", forty + flags);
        CAPTURE(run.err);
        REQUIRE(run.exit_code == 0);
        return run.out.substr(run.out.find("  tensor"));
    };
    const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
    const std::string usual = rows({}), three = rows({"--top", "3"}), all = rows({"--all"});
    CHECK(lines(usual) == 1 + 20 + 1);
    CHECK(lines(three) == 1 + 3 + 1);
    CHECK(lines(all) > 100);
    CHECK(rows({"--top", "100000"}) == all);
    CHECK(usual.find("the 20 largest or most moved of " + std::to_string(lines(all) - 1) + " tensors") !=
          std::string::npos);
    std::istringstream shown(three);
    std::string row;
    for (int i = 0; i < 4 && std::getline(shown, row); ++i) CHECK(usual.find(row) != std::string::npos);
    check_refusal(run_program("plan", forty + Arguments{"--all", "--top", "3"}), 2, {"--all", "--top"});
}

TEST_CASE("plan: the paper's own formulation, of the same network, comes to the same time") {
    const TemporaryFolder folder;
    const auto path = [&](const char* name) { return (folder / name).string(); };
    const Arguments network{"--model",   "vgg11", "--image-size", "32",  "--batch", "4",   "--simulate",
                            "--machine", "paper", "--dram",       "40%", "--gap",   "0.01"};
    for (const char* placement : {"static", "synchronous"}) {
        CAPTURE(placement);
        const Arguments plan = network + Arguments{"--placement", placement, "--report"};
        REQUIRE(run_program("plan", plan + Arguments{path("routes.json")}).exit_code == 0);
        const Finished paper =
            run_program("plan", plan + Arguments{path("paper.json"), "--formulation", "paper", "--write-lp",
                                                 path("paper.lp"), "--time-limit", "5"});
        CAPTURE(paper.err);
        REQUIRE(paper.exit_code == 0);
        const json routes = read_json(folder / "routes.json").at("plan");
        const json theirs = read_json(folder / "paper.json").at("plan");
        CHECK(theirs.at("rows") > 5 * routes.at("rows").get<int>());
        CHECK(theirs.at("bound_s") <= routes.at("predicted_s"));
        CHECK(routes.at("bound_s") <= theirs.at("predicted_s"));
        CHECK(mentions(support::read_text(folder / "paper.lp"), std::vector<std::string>{"fits", "only"}));
    }
}

TEST_CASE("plan: 2lm has a time and rates of its cache, but no plan, bound or gap") {
    const TemporaryFolder folder;
    const fs::path file = folder / "report.json";
    const Arguments mode = tiny + simulated + Arguments{"--placement", "2lm"};
    const Finished run = run_program("plan", mode + Arguments{"--dram", "40%", "--report", file.string()});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK(mentions(run.out, std::vector<std::string>{"2lm: DRAM as a cache of", "hits", "clean misses",
                                                     "dirty misses", "written back"}));
    CHECK(run.out.find("gap") == std::string::npos);
    CHECK(std::ranges::count(run.out, '\n') == 2);  // no table
    const json report = read_json(file);
    const json &plan = report.at("plan"), &cache = report.at("cache");
    check_common(report, "plan", "simulated");
    CHECK(plan.at("placement") == "2lm");
    CHECK(plan.at("predicted_s") > plan.at("all_dram_s"));
    for (const char* absent : {"status", "bound_s", "gap", "moves"}) CHECK_FALSE(plan.contains(absent));
    CHECK(cache.at("bytes") == report.at("dram").at("limit_bytes"));
    CHECK(cache.at("bytes") < report.at("slow").at("peak_bytes"));
    double rates = 0;
    for (const char* rate : {"hit_rate", "clean_miss_rate", "dirty_miss_rate"})
        rates += cache.at(rate).get<double>();
    CHECK(rates == doctest::Approx(1));
    CHECK(cache.at("slow_written_bytes") ==
          cache.at("reads").at("dirty_miss_bytes").get<std::int64_t>() +
              cache.at("writes").at("dirty_miss_bytes").get<std::int64_t>());

    REQUIRE(run_program("plan", mode + Arguments{"--dram", "1GiB", "--report", file.string()}).exit_code ==
            0);
    const json roomy = read_json(file);
    CHECK(roomy.at("cache").at("hit_rate") == 1);
    CHECK(roomy.at("plan").at("predicted_s").get<double>() ==
          doctest::Approx(roomy.at("plan").at("all_dram_s").get<double>()));
}
