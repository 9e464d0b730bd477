// train: its report, log and trace, and training by a saved plan.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <numeric>

#include "framework/base/files.h"
#include "runtime/data/codec.h"
#include "tests/experiments/support.h"

namespace fs = std::filesystem;

namespace {

// Six black images of two classes to train on, and as many to test on: "images:...".
std::string indistinguishable_in(const TemporaryFolder& folder) {
    const auto black =
        runtime::data::encode_png({{3, 8, 8}, std::vector<std::uint8_t>(std::size_t{3} * 64, 0)});
    for (const char* split : {"train", "test"}) {
        for (const char* of_class : {"a", "b"}) {
            const fs::path images = folder / "set" / split / of_class;
            fs::create_directories(images);
            for (const char* name : {"1.png", "2.png", "3.png"}) framework::write_file(images / name, black);
        }
    }
    return "images:" + (folder / "set").string();
}

// The last line of `text` that begins with `start`, without it.
std::string line_after(const std::string& text, const std::string& start) {
    const auto begin = text.rfind("\n" + start) + 1 + start.size();
    return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("train: of images that cannot be told apart one class is right, on the screen and in the report") {
    const TemporaryFolder folder;
    const std::string data = indistinguishable_in(folder);
    const fs::path file = folder / "report.json";
    const Finished run = run_program(
        "train", tiny + Arguments{"--iterations", "1", "--data", data, "--report", file.string()});
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

TEST_CASE("train: results go to stdout, and how far the run is to stderr") {
    const TemporaryFolder folder;
    const Arguments run = tiny + Arguments{"--data", data_in(folder, "cifar10"), "--iterations", "2"};
    const Finished told = run_program("train", run);
    CHECK(told.out.starts_with("accuracy on 16 test images: top-1 "));
    CHECK(told.out.find("\niteration ") != std::string::npos);
    CHECK(std::ranges::count(told.out, '\n') == 2);
    CHECK(mentions(told.err,
                   std::vector<std::string>{"40 training images", "epoch 1 of 1, iteration 2  mean loss",
                                            "images/s", " left"}));
    const Finished quiet = run_program("train", run + Arguments{"--quiet"});
    CHECK(quiet.exit_code == 0);
    CHECK(quiet.out.empty());
    CHECK(quiet.err.empty());
}

TEST_CASE("train: evaluation between epochs changes no loss; the best state is kept; each epoch has a row") {
    const TemporaryFolder folder;
    const fs::path best = folder / "best";
    const Arguments run = tiny + Arguments{"--data", data_in(folder, "cifar10"), "--epochs", "2"};
    const json plain = train_report(folder, run);
    const json judged =
        train_report(folder, run + Arguments{"--evaluate-every", "1", "--checkpoint-best", best.string()});
    const std::vector<double> losses = judged.at("losses");
    REQUIRE(losses.size() == 20);
    CHECK(judged.at("losses") == plain.at("losses"));
    CHECK(judged.at("accuracy") == plain.at("accuracy"));
    CHECK(plain.at("history").size() == 2);
    CHECK_FALSE(plain.at("history")[1].contains("accuracy"));
    CHECK_FALSE(plain.contains("evaluation"));

    const json& rows = judged.at("history");
    REQUIRE(rows.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto first = losses.begin() + static_cast<std::ptrdiff_t>(10 * i);
        CHECK(rows[i].at("epoch") == i + 1);
        CHECK(rows[i].at("iterations") == 10);
        CHECK(rows[i].at("loss").get<double>() ==
              doctest::Approx(std::accumulate(first, first + 10, 0.0) / 10));
        CHECK(rows[i].at("images_per_s") > 0);
    }
    CHECK(rows[1].at("accuracy") == judged.at("accuracy").at("top1"));
    const json& evaluation = judged.at("evaluation");
    CHECK(evaluation.at("images") == "test");
    CHECK(evaluation.at("samples") == 16);
    CHECK(evaluation.at("stopped_early") == false);
    const bool second = rows[1].at("accuracy") > rows[0].at("accuracy");
    CHECK(evaluation.at("best_iteration") == (second ? 20 : 10));
    CHECK(evaluation.at("best_accuracy") == rows[second ? 1 : 0].at("accuracy"));
    CHECK(iteration_of(best) == evaluation.at("best_iteration"));
    check_refusal(run_program("train", run + Arguments{"--checkpoint", best.string(), "--checkpoint-best",
                                                       best.string()}),
                  2, {"--checkpoint-best", best.string()});
}

TEST_CASE("train: with --validation training images are set aside, and evaluations are on these") {
    const TemporaryFolder folder;
    const json report =
        train_report(folder, train_tiny + Arguments{"--data", data_in(folder, "cifar10"), "--validation",
                                                    "0.25", "--evaluate-every", "2", "--epochs", "3"});
    CHECK(report.at("evaluation").at("images") == "validation");
    const int aside = report.at("evaluation").at("samples");
    CHECK(aside >= 10);  // one of each class at least
    CHECK(report.at("losses").size() == static_cast<std::size_t>(3 * ((40 - aside) / 4)));
    const json& rows = report.at("history");
    REQUIRE(rows.size() == 3);
    CHECK_FALSE(rows[0].contains("accuracy"));
    CHECK(rows[1].contains("accuracy"));
    CHECK(rows[2].contains("accuracy"));  // the last state is evaluated too
    CHECK_FALSE(report.contains("accuracy"));
}

TEST_CASE("train: without a better accuracy it stops; the command that goes on is told, and works") {
    const TemporaryFolder folder;
    const fs::path file = folder / "it's c", report = folder / "r.json";
    const Finished run =
        run_program("train", train_tiny + Arguments{"--data", indistinguishable_in(folder), "--epochs", "8",
                                                    "--patience=2", "--checkpoint", file.string(), "--report",
                                                    report.string()});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    const json found = read_json(report);
    CHECK(found.at("losses").size() == 3);
    CHECK(found.at("evaluation").at("best_accuracy") == 0.5);
    CHECK(found.at("evaluation").at("best_iteration") == 1);
    CHECK(found.at("evaluation").at("stopped_early") == true);
    CHECK(mentions(run.err, std::vector<std::string>{
                                "accuracy 50.00 % on 6 test images (best)",
                                "stopped after iteration 3: 2 epochs without a better accuracy than 50.00 %",
                                "written: " + file.string() + " (after iteration 3), " + report.string()}));
    const std::string on = line_after(run.err, "to go on: ");
    REQUIRE(std::system((on + " --quiet").c_str()) == 0);
    CHECK(iteration_of(file) == 8);
    CHECK(read_json(report).at("losses").size() == 5);
}

TEST_CASE("train: after its last iteration it tells how to train for longer") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c";
    const Finished run =
        run_program("train", train_tiny + Arguments{"--iterations", "2", "--checkpoint", file.string()});
    const std::string on = line_after(run.err, "to train for longer: ");
    CHECK(on.ends_with("--iterations 4 --resume " + file.string()));
    REQUIRE(std::system((on + " --quiet").c_str()) == 0);
    CHECK(iteration_of(file) == 4);
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
    CHECK(less.at("losses") == all.at("losses"));
    CHECK(free.at("losses") == all.at("losses"));
    check_refusal(run_program("plan", tiny + simulated + Arguments{"--dram", "auto"}), 2,
                  {"--dram auto", "--simulate"});
}

TEST_CASE("train: a stem can be chosen; it is said, reported, and kept apart in checkpoints and plans") {
    const TemporaryFolder folder;
    const auto path = [&](const char* name) { return (folder / name).string(); };
    const Arguments one = train_tiny + Arguments{"--iterations", "1"}, other{"--stem", "imagenet"};
    CHECK(run_program("train", one).err.find("stem for small images") != std::string::npos);
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
