// A run is the same however it came about: taken up from a checkpoint, interrupted, placed elsewhere.
#include <algorithm>
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

TEST_CASE("resume: evaluations and the set that was set aside go on bit for bit") {
    const TemporaryFolder folder;
    check_resumed({"--model", "resnet18", "--image-size", "32", "--batch", "15", "--threads", "1", "--data",
                   data_in(folder, "cifar10"), "--validation", "0.2", "--patience", "5"});
}

TEST_CASE("resume: dropout goes on bit for bit") {
    check_resumed({"--model", "inception_v4", "--image-size", "75", "--batch", "2", "--threads", "1",
                   "--no-evaluate", "--classes", "10"});
}

TEST_CASE("resume: at a constant rate a run that goes on for longer equals one that was as long at once") {
    const TemporaryFolder folder;
    const fs::path whole = folder / "whole", early = folder / "early", longer = folder / "longer";
    const Arguments run =
        train_tiny +
        Arguments{"--data", data_in(folder, "cifar10"), "--schedule", "constant", "--warmup", "2"};
    const auto trained = [&](const char* iterations, const fs::path& checkpoint, const Arguments& more = {}) {
        return train_report(
                   folder,
                   run + Arguments{"--iterations", iterations, "--checkpoint", checkpoint.string()} + more)
            .at("losses");
    };
    json losses = trained("3", early);
    for (const json& loss : trained("12", longer, {"--resume", early.string()})) losses.push_back(loss);
    CHECK(losses == trained("12", whole));
    CHECK(support::read_text(longer) == support::read_text(whole));
}

TEST_CASE(
    "resume: without a length the run has that of the checkpoint; a new one is told, with what follows") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c";
    const Arguments run = train_tiny + Arguments{"--checkpoint", file.string()};
    REQUIRE(run_program("train", run + Arguments{"--iterations", "2"}).exit_code == 0);
    const Arguments resume = run + Arguments{"--resume", file.string()};
    CHECK(train_report(folder, resume).at("losses").empty());
    const Finished longer = run_program("train", resume + Arguments{"--iterations", "40"});
    CAPTURE(longer.err);
    REQUIRE(longer.exit_code == 0);
    CHECK(
        mentions(longer.err, std::vector<std::string>{"2 of 2 iterations are done", "goes on to iteration 40",
                                                      "cosine, 2 warm-up iterations"}));
    CHECK(iteration_of(file) == 40);
}

TEST_CASE("checkpoint: it says what another program needs to prepare an image and to name the answer") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c";
    const std::string data = data_in(folder, "images");
    train_report(folder,
                 train_tiny + Arguments{"--data", data, "--iterations", "1", "--checkpoint", file.string()});
    std::map<std::string, std::string> about = metadata_of(file);
    CHECK(about.at("model") == "resnet18");
    CHECK(about.at("stem") == "small");
    CHECK(about.at("image_size") == "32");
    CHECK(about.at("augment") == "crop-flip");
    std::vector<std::string> folders;
    for (const auto& entry : fs::directory_iterator(folder / "data" / "images" / "train"))
        folders.push_back(entry.path().filename());
    std::ranges::sort(folders);
    CHECK(json::parse(about.at("class_names")) == json(folders));
    CHECK(json::parse(about.at("mean")).size() == 3);
    for (const auto& [key, value] : about) {
        CAPTURE(key);
        CHECK_FALSE(value.starts_with("-"));
    }
    train_report(folder, {"--model", "densenet121", "--image-size", "65", "--batch", "1", "--no-evaluate",
                          "--normalise", "image", "--iterations", "1", "--checkpoint", file.string()});
    about = metadata_of(file);
    CHECK(about.at("stem") == "imagenet");
    CHECK(about.at("normalise") == "image");
    CHECK_FALSE(about.contains("mean"));
    train_report(folder, {"--model", "vgg11", "--image-size", "32", "--batch", "1", "--no-evaluate",
                          "--iterations", "1", "--checkpoint", file.string()});
    CHECK_FALSE(metadata_of(file).contains("stem"));
}

TEST_CASE("init: a run begins from weights, and says what it took and what not") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c", report = folder / "r.json";
    train_report(folder, train_tiny + Arguments{"--iterations", "1", "--checkpoint", file.string()});
    const Arguments init{"--init", file.string(), "--iterations", "1"};
    const Finished run =
        run_program("train", train_tiny + init + Arguments{"--classes", "7", "--report", report.string()});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK(mentions(run.err, std::vector<std::string>{"took 100 of the model's 102", "F32 [1000, 512]",
                                                     "the model (7, 512)"}));
    const json found = read_json(report).at("init");
    CHECK(found.at("taken").size() == 100);
    CHECK(found.at("left").size() == 2);
    CHECK(found.at("unused").get<int>() > 0);
    check_refusal(run_program("train", train_tiny + init + Arguments{"--resume", file.string()}), 2,
                  {"--init", "--resume"});
    check_refusal(run_program("train", {"--model", "vgg11", "--image-size", "32", "--batch", "4", "--quiet",
                                        "--init", file.string()}),
                  1, {"c: has no weights of this model", "--model"});
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
