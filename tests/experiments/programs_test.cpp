// Each program, quickly, and the fields of its report.
#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <sstream>

#include "framework/base/files.h"
#include "runtime/data/codec.h"
#include "tests/experiments/support.h"

namespace fs = std::filesystem;

namespace {

void check_has(const json& object, const std::vector<const char*>& fields) {
    for (const char* field : fields) {
        CAPTURE(field);
        CHECK(object.contains(field));
    }
}

void check_common(const json& report, const char* program, const char* mode) {
    CHECK(report.at("program") == program);
    CHECK(report.at("mode") == mode);
    check_has(report, {"version", "commit", "arguments", "memory"});
    check_has(report.at("host"), {"cpu", "threads", "loops", "onednn", "glpk", "memkind"});
    check_has(report.at("model"), {"name", "parameters", "batch", "kernels", "tensors"});
    CHECK(report.at("memory").at("rss_peak_bytes") > 0);
}

const Arguments simulated{"--simulate", "--machine", "paper"};

}  // namespace

TEST_CASE("programs: all tell their flags and their version, and refuse a flag that is none") {
    for (const char* program :
         {"train", "plan", "profile", "sweep", "demo", "dataset", "predicted_kernels"}) {
        CAPTURE(program);
        const Finished help = run_program(program, {"--help"}), version = run_program(program, {"--version"});
        CHECK(help.exit_code == 0);
        CHECK(help.out.find("--help") != std::string::npos);
        CHECK(version.exit_code == 0);
        CHECK(version.out.starts_with(std::string(program) + " "));
        check_refusal(run_program(program, {"--frobnicate"}), 2, {program, "--help"});
    }
}

TEST_CASE("programs: --list-models names them all with their parameters") {
    const Finished run = run_program("train", {"--list-models"});
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.out, std::vector<std::string>{"resnet18", "11689512", "vgg416", "inception_v4",
                                                     "densenet264", "paper_resnet200", "multiply-adds"}));
}

TEST_CASE("dataset: makes sets that train reads, shows and converts them") {
    const TemporaryFolder folder;
    for (const char* format : {"cifar10", "mnist", "images"}) {
        CAPTURE(format);
        const Finished shown = run_program("dataset", {"inspect", data_in(folder, format)});
        CHECK(shown.exit_code == 0);
        CHECK(mentions(shown.out, std::vector<std::string>{"10 classes", "train", "channel mean"}));
        const json report =
            train_report(folder, tiny + Arguments{"--iterations", "1", "--data", data_in(folder, format)});
        CHECK(report.at("losses").size() == 1);
        check_has(report.at("accuracy"), {"top1", "top5", "samples"});
    }
    const std::string converted = "images:" + (folder / "converted").string();
    CHECK(run_program("dataset", {"convert", data_in(folder, "cifar10"), converted}).exit_code == 0);
    const std::string sheet = (folder / "sheet.png").string();
    CHECK(run_program("dataset", {"inspect", converted, "--sheet", sheet}).exit_code == 0);
    CHECK(fs::file_size(sheet) > 0);
}

TEST_CASE("train: of images that cannot be told apart one class is right, on the screen and in the report") {
    const TemporaryFolder folder;
    const auto black = runtime::data::encode_png({{3, 8, 8}, std::vector<std::uint8_t>(3 * 64, 0)});
    for (const char* split : {"train", "test"}) {
        for (const char* of_class : {"a", "b"}) {
            const fs::path images = folder / "set" / split / of_class;
            fs::create_directories(images);
            for (const char* name : {"1.png", "2.png", "3.png"}) framework::write_file(images / name, black);
        }
    }
    const fs::path file = folder / "report.json";
    const Finished run = run_program(
        "train", tiny + Arguments{"--iterations", "1", "--data", "images:" + (folder / "set").string(),
                                  "--report", file.string()});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK(run.out.find("accuracy on 6 test images: top-1 50.00 %\n") != std::string::npos);
    const json accuracy = read_json(file).at("accuracy");
    CHECK(accuracy.at("top1") == 0.5);
    CHECK_FALSE(accuracy.contains("top5"));
}

TEST_CASE("reports: kernels are those that run, as the screen says") {
    const TemporaryFolder folder;
    const fs::path file = folder / "report.json";
    const Finished run =
        run_program("train", train_tiny + Arguments{"--iterations", "1", "--report", file.string()});
    REQUIRE(run.exit_code == 0);
    const json trained = read_json(file).at("model");
    CHECK(run.out.find(std::to_string(trained.at("kernels").get<int>()) + " kernels an iteration") !=
          std::string::npos);
    CHECK(trained.at("parameters") == 11689512 - 64 * 3 * (49 - 9));  // a 3x3 stem for small images
    const Arguments same = tiny + Arguments{"--report", file.string()};
    REQUIRE(run_program("plan", same + Arguments{"--placement", "dram"}).exit_code == 0);
    CHECK(read_json(file).at("model") == trained);
    REQUIRE(run_program("profile", same).exit_code == 0);
    CHECK(read_json(file).at("model") == trained);
}

TEST_CASE("train: the report, the log and the trace hold what they promise") {
    const TemporaryFolder folder;
    const fs::path log = folder / "log.jsonl", trace = folder / "trace.json";
    const json report = train_report(
        folder, train_tiny + Arguments{"--iterations", "3", "--log", log.string(), "--trace", trace.string(),
                                       "--trace-iterations", "2", "--emulate", "--machine", "paper",
                                       "--placement", "synchronous", "--dram", "40%", "--time-limit", "1"});
    check_common(report, "train", "emulated");
    check_has(report.at("dram"), {"limit_bytes", "peak_bytes", "lower_bound_bytes", "all_dram_bytes"});
    CHECK(report.at("dram").at("lower_bound_bytes") <= report.at("dram").at("peak_bytes"));
    CHECK(report.at("dram").at("peak_bytes") <= report.at("dram").at("limit_bytes"));
    check_has(report.at("slow"), {"kind", "dax", "peak_bytes"});
    check_has(report.at("plan"),
              {"placement", "status", "predicted_s", "bound_s", "gap", "all_dram_s", "all_slow_s", "stopped",
               "solve_s", "rows", "columns", "refinements", "moves", "price_s_per_gib"});
    check_has(report.at("plan").at("moves"), {"to_slow", "to_slow_bytes", "to_dram", "to_dram_bytes"});
    check_has(report.at("profile"), {"kernels", "configurations", "seconds", "cached"});
    check_has(report.at("iterations"),
              {"count", "median_s", "min_s", "max_s", "kernel_s", "move_s", "wait_s"});
    CHECK(report.at("losses").size() == 3);
    CHECK_FALSE(report.contains("accuracy"));

    std::ifstream lines(log);
    int iteration = 0;
    for (std::string line; std::getline(lines, line); ++iteration) {
        const json entry = json::parse(line);
        CHECK(entry.at("iteration") == iteration);
        CHECK(entry.at("loss") == report.at("losses")[iteration]);
    }
    CHECK(iteration == 3);

    std::size_t kernels = 0;
    const json traced = read_json(trace);
    for (const json& event : traced.at("traceEvents")) {
        check_has(event, {"name", "ph", "pid", "tid"});
        if (event.at("ph") != "X") continue;
        CHECK(event.at("ts") >= 0);
        CHECK(event.at("dur") >= 0);
        kernels += event.at("cat") != "move";
    }
    CHECK(kernels >= 2 * 100);  // of two iterations
}

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

TEST_CASE("train: by a saved plan, nothing is measured or solved, and the losses are those of any other") {
    const TemporaryFolder folder;
    const auto path = [&](const char* name) { return (folder / name).string(); };
    const Arguments emulated{"--emulate", "--machine",   "paper",      "--dram",
                             "30%",       "--placement", "synchronous"};
    REQUIRE(run_program("plan", tiny + emulated + Arguments{"--save", path("plan.json")}).exit_code == 0);
    const Arguments classes{"--classes", "1000", "--iterations", "2"};
    const json by_plan = train_report(folder, train_tiny + classes + Arguments{"--load", path("plan.json")});
    const json in_dram = train_report(folder, train_tiny + classes);
    check_common(by_plan, "train", "emulated");
    CHECK(by_plan.at("losses") == in_dram.at("losses"));
    CHECK(by_plan.at("slow").at("kind") == "emulated");
    CHECK(by_plan.at("plan").at("placement") == "synchronous");
    CHECK(by_plan.at("iterations").at("move_s") > 0);
    const json checked =
        train_report(folder, train_tiny + classes + Arguments{"--load", path("plan.json"), "--check-moves"});
    CHECK(checked.at("losses") == in_dram.at("losses"));
    check_refusal(
        run_program("train", train_tiny + classes + emulated + Arguments{"--load", path("plan.json")}), 2,
        {"--load"});
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
    const Finished next = run_program("profile", arguments + Arguments{"--report", report});
    CHECK(next.exit_code == 0);
    CHECK(next.err.empty());
    // What it knew is used, unless this machine has become faster or slower by a tenth meanwhile.
    const json profile = read_json(report).at("profile");
    CHECK((profile.at("cached") > 0 || std::abs(profile.at("drift").get<double>()) > 0.1));
}

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
    const json report = read_json(file), plan = report.at("plan"), cache = report.at("cache");
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

TEST_CASE("demo: three placements, one table, the same losses") {
    const TemporaryFolder folder;
    const std::string report = (folder / "report.json").string();
    const Finished run =
        run_program("demo", tiny + Arguments{"--data", data_in(folder, "cifar10"), "--iterations", "2",
                                             "--compared", "2", "--dram", "40%", "--report", report});
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.out, std::vector<std::string>{"dram", "synchronous", "first-touch", "bit for bit"}));
    const json found = read_json(report);
    check_common(found, "demo", "emulated");
    CHECK(found.at("same_losses") == true);
    CHECK(found.at("runs").size() == 3);
    for (const json& one : found.at("runs")) {
        CHECK(one.at("losses") == found.at("runs")[0].at("losses"));
        CHECK(one.at("plan").at("bound_s") <= one.at("plan").at("predicted_s"));
    }
}

TEST_CASE("predicted_kernels: compares the bundled timings, draws, and refuses what is no file of timings") {
    const TemporaryFolder folder;
    const std::string plots = (folder.path() / "plots").string();
    fs::create_directory(plots);
    const Finished run = run_program("predicted_kernels", {"--plots", plots});
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.out,
                   std::vector<std::string>{"13607 published timings of 1042 kernels", "40 MB and more",
                                            "ConvolutionBias KxK", "time in DRAM", "Broadcast (2)"}));
    CHECK(fs::file_size(plots + "/caches.png") > 1000);
    CHECK(run_program("predicted_kernels", {"--machine", "cxl"}).exit_code == 0);
    check_refusal(run_program("predicted_kernels", {"/no/such/file"}), 1, {"/no/such/file"});
    check_refusal(run_program("predicted_kernels", {"--machine", "none"}), 1, {"none"});
}
