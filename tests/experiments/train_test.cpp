// train: its report, log and trace, and training by a saved plan.
#include <fstream>

#include "framework/base/files.h"
#include "runtime/data/codec.h"
#include "tests/experiments/support.h"

namespace fs = std::filesystem;

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

TEST_CASE(
    "train: a budget alone is enough: below all-DRAM the plan is the best, and what is free holds "
    "everything") {
    const TemporaryFolder folder;
    const Arguments two = train_tiny + Arguments{"--iterations", "2"};
    const json all = train_report(folder, two),
               free = train_report(folder, two + Arguments{"--dram", "auto"});
    const json less = train_report(folder, two + Arguments{"--dram", "40%", "--time-limit", "1"});
    CHECK(all.at("plan").at("placement") == "dram");
    CHECK(free.at("plan").at("placement") == "dram");
    CHECK_FALSE(free.contains("profile"));  // nothing is measured where everything fits
    CHECK(free.at("dram").at("limit_bytes") > free.at("dram").at("all_dram_bytes"));
    CHECK(less.at("plan").at("placement") == "synchronous");
    CHECK(mentions(less.at("plan").at("status").get<std::string>(),
                   std::vector<std::string>{"proved within ", " % of the best"}));
    CHECK(less.at("losses") == all.at("losses"));
    CHECK(free.at("losses") == all.at("losses"));
    check_refusal(run_program("plan", tiny + simulated + Arguments{"--dram", "auto"}), 2,
                  {"--dram auto", "--simulate"});
}

TEST_CASE("train: a stem can be chosen; it is said, reported, and kept apart in checkpoints and plans") {
    const TemporaryFolder folder;
    const auto path = [&](const char* name) { return (folder / name).string(); };
    const Arguments one = train_tiny + Arguments{"--iterations", "1"}, other{"--stem", "imagenet"};
    CHECK(run_program("train", one).out.find("stem for small images") != std::string::npos);
    CHECK(train_report(folder, one).at("model").at("stem") == "small");
    CHECK(train_report(folder, one + other + Arguments{"--checkpoint", path("c")}).at("model").at("stem") ==
          "imagenet");
    check_refusal(run_program("train", one + Arguments{"--resume", path("c")}), 1, {"stem", "7", "3"});
    CHECK(run_program("train", one + other + Arguments{"--resume", path("c")}).exit_code == 0);
    REQUIRE(run_program("plan", tiny + simulated + Arguments{"--save", path("plan")}).exit_code == 0);
    check_refusal(run_program("plan", tiny + simulated + other + Arguments{"--load", path("plan")}), 1,
                  {"another graph"});
    check_refusal(run_program("train", {"--model", "vgg11", "--stem", "small"}), 2, {"vgg11", "--stem"});
}
