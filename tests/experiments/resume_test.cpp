// A run is the same however it came about: taken up from a checkpoint, interrupted, placed elsewhere.
#include <fstream>

#include "tests/experiments/support.h"

namespace fs = std::filesystem;

namespace {

// Trains to the end, keeping the first checkpoint; then from there to the end again.
void check_resumed(const Arguments& arguments) {
    const TemporaryFolder folder;
    const fs::path whole = folder / "whole", early = folder / "early", resumed = folder / "resumed";
    const fs::path report = folder / "whole.json";
    const fs::path log = folder / "log";
    const Arguments run =
        arguments + Arguments{"--iterations", "3", "--checkpoint-every", "1", "--log", log.string()};
    support::RunningProgram running(
        "train", run + Arguments{"--checkpoint", whole.string(), "--report", report.string()});
    REQUIRE(running.wait_until([&] { return fs::exists(whole); }));
    fs::create_hard_link(whole, early);  // the next checkpoint takes the name, not the file
    const Finished finished = running.wait();
    CAPTURE(finished.err);
    REQUIRE(finished.exit_code == 0);
    const auto first = static_cast<std::size_t>(iteration_of(early));
    REQUIRE(first < 3);

    const json losses = read_json(report).at("losses");
    const json again =
        train_report(folder, run + Arguments{"--checkpoint", resumed.string(), "--resume", early.string()});
    REQUIRE(again.at("losses").size() == losses.size() - first);
    for (std::size_t i = first; i < losses.size(); ++i) CHECK(again.at("losses")[i - first] == losses[i]);
    CHECK(support::read_text(resumed) == support::read_text(whole));
    std::ifstream lines(log);  // the first run's, to the end; those after the checkpoint came again
    std::int64_t number = 0;
    for (std::string line; std::getline(lines, line); ++number)
        CHECK(json::parse(line).at("iteration") == number);
    CHECK(number == 3);
}

}  // namespace

TEST_CASE("resume: momentum, data order, augmentation and schedule go on bit for bit") {
    const TemporaryFolder folder;
    for (const char* schedule : {"cosine", "step"}) {
        CAPTURE(schedule);
        check_resumed(train_tiny + Arguments{"--data", data_in(folder, "cifar10"), "--augment", "crop-flip",
                                             "--schedule", schedule, "--warmup", "2", "--seed", "3"});
    }
}

TEST_CASE("resume: dropout goes on bit for bit") {
    check_resumed({"--model", "inception_v4", "--image-size", "75", "--batch", "2", "--threads", "1",
                   "--no-evaluate", "--classes", "10"});
}

TEST_CASE("train: a loss that is no number ends the run, and the report of what was done is there") {
    const TemporaryFolder folder;
    const fs::path report = folder / "report", checkpoint = folder / "checkpoint";
    const Finished finished = run_program(
        "train", train_tiny + Arguments{"--learning-rate", "1e8", "--warmup", "0", "--iterations", "50",
                                        "--report", report.string(), "--checkpoint", checkpoint.string()});
    CHECK(finished.exit_code == 1);
    const json found = read_json(report);
    CHECK(found.at("losses").size() >= 1);
    CHECK(found.at("error").get<std::string>().find("loss") != std::string::npos);
    CHECK_FALSE(fs::exists(checkpoint));
}

TEST_CASE("determinism: the same seed and threads give the same losses, wherever tensors lie") {
    const TemporaryFolder folder;
    const Arguments run{"--model",   "resnet18", "--image-size",  "32",           "--batch", "2",
                        "--threads", "2",        "--no-evaluate", "--iterations", "5"};
    const json losses = train_report(folder, run).at("losses");
    CHECK(train_report(folder, run).at("losses") == losses);
    CHECK(train_report(folder, run + Arguments{"--seed", "1"}).at("losses") != losses);
    for (const char* placement : {"synchronous", "static", "greedy", "first-touch", "slow"}) {
        CAPTURE(placement);
        const json report =
            train_report(folder, run + Arguments{"--placement", placement, "--dram", "40%", "--time-limit",
                                                 "1", "--slow", "dir:" + folder.path().string(), "--cache",
                                                 (folder / "kernels.json").string()});
        CHECK(report.at("losses") == losses);
        CHECK(report.at("slow").at("peak_bytes") > 0);
    }
}
