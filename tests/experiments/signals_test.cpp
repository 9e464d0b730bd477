// What a run leaves behind when a signal asks it to end, and what it returns.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>

#include <sys/wait.h>

#include "tests/experiments/support.h"

namespace fs = std::filesystem;
using support::Environment;

namespace {

// A run of many iterations, and what it leaves.
struct Training {
    TemporaryFolder folder;
    fs::path log = folder / "log", report = folder / "report", checkpoint = folder / "checkpoint";
    support::RunningProgram program;

    explicit Training(const Arguments& more = {}, const Environment& environment = {})
        : program("train",
                  train_tiny +
                      Arguments{"--quiet", "--iterations", "1000", "--log", log.string(), "--report",
                                report.string(), "--checkpoint", checkpoint.string()} +
                      more,
                  environment) {}

    bool has_begun() {
        return program.wait_until([&] { return !support::read_text(log).empty(); });
    }

    void check_finished_iteration(const Finished& finished, int signal) const {
        CAPTURE(finished.err);
        CHECK(finished.exit_code == 128 + signal);
        CHECK(finished.err.empty());
        REQUIRE(fs::exists(report));
        const std::size_t done = read_json(report).at("losses").size();
        CHECK(done >= 1);
        CHECK(done < 1000);
        CHECK(iteration_of(checkpoint) == static_cast<std::int64_t>(done));
    }
};

// Ignored while this lives, and by programs that are started meanwhile.
class Ignored {
  public:
    explicit Ignored(int signal) : signal_(signal), before_(std::signal(signal, SIG_IGN)) {}
    ~Ignored() { std::signal(signal_, before_); }

  private:
    int signal_;
    void (*before_)(int);
};

// The exit code, as a shell has it, of a program whose output a reader takes a line of and goes; what it said
// on stderr goes to `err`, or to the same reader.
int run_before_head(const std::string& command, const fs::path& err = {}) {
    const std::string line = "bash -c '" + (fs::path(PROGRAMS) / command).string() + " 2>" +
                             (err.empty() ? "&1" : err.string()) +
                             " | head -n 1 >/dev/null; exit ${PIPESTATUS[0]}'";
    return WEXITSTATUS(std::system(line.c_str()));
}

std::string joined(const Arguments& arguments) {
    std::string line;
    for (const std::string& argument : arguments) line += " " + argument;
    return line;
}

}  // namespace

// Programs inherit what is ignored here; under nohup that is HUP.
[[maybe_unused]] const bool nothing_is_ignored = [] {
    for (const int signal : {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGUSR1, SIGXCPU})
        std::signal(signal, SIG_DFL);
    return true;
}();

TEST_CASE("signals: the iteration is finished, checkpoint and report are written") {
    for (const int signal : {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGUSR1, SIGXCPU}) {
        CAPTURE(signal);
        Training training;
        REQUIRE(training.has_begun());
        training.program.send(signal);
        training.check_finished_iteration(training.program.wait(), signal);
    }
}

TEST_CASE("signals: repeats end nothing at once, but a second INT or TERM that comes later does") {
    for (const int signal : {SIGHUP, SIGUSR1, SIGXCPU}) {
        CAPTURE(signal);
        Training training;
        REQUIRE(training.has_begun());
        for (int i = 0; i < 20; ++i) training.program.send(signal);
        training.check_finished_iteration(training.program.wait(), signal);
    }
    Training training;  // as timeout(1) does: the child, then its group
    REQUIRE(training.has_begun());
    training.program.send(SIGTERM);
    training.program.send(SIGTERM);
    training.check_finished_iteration(training.program.wait(), SIGTERM);
}

TEST_CASE("signals: what was ignored at the start, as by nohup, stays ignored") {
    for (const int signal : {SIGHUP, SIGUSR1}) {
        CAPTURE(signal);
        std::optional<Ignored> ignored(signal);
        Training training;
        ignored.reset();
        REQUIRE(training.has_begun());
        training.program.send(signal);
        const std::string before = support::read_text(training.log);
        REQUIRE(training.program.wait_until(
            [&] { return support::read_text(training.log).size() > 3 * before.size(); }));
        training.program.send(SIGTERM);
        training.check_finished_iteration(training.program.wait(), SIGTERM);
    }
}

TEST_CASE("signals: where a kernel hangs, the run ends all the same, and the last checkpoint is whole") {
    Environment hanging{{"LD_PRELOAD", HANGING_KERNEL}};
    for (const bool twice : {false, true}) {
        CAPTURE(twice);
        const TemporaryFolder folder;
        hanging["HANG_FROM"] = (folder / "hang").string();
        Training training({"--checkpoint-every", "1"}, hanging);
        REQUIRE(training.program.wait_until([&] { return fs::exists(training.checkpoint); }));
        std::ofstream(folder / "hang") << 1;
        std::size_t before = 0, logged = 0;  // until no iteration ends any more
        REQUIRE(training.program.wait_until([&] {
            std::this_thread::sleep_for(std::chrono::seconds(1));
            before = std::exchange(logged, support::read_text(training.log).size());
            return before == logged;
        }));
        training.program.send(SIGINT);
        std::this_thread::sleep_for(std::chrono::seconds(1));
        if (twice) training.program.send(SIGTERM);
        const Finished finished = training.program.wait();
        CHECK_FALSE(finished.timed_out);
        CHECK(finished.exit_code == 128 + (twice ? SIGTERM : SIGINT));
        CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == (twice ? 0 : 1));
        CHECK((finished.err.find("no kernel has ended") != std::string::npos) == !twice);
        fs::remove(folder / "hang");
        const std::int64_t done = iteration_of(training.checkpoint);
        const Finished resumed = run_program(
            "train", train_tiny + Arguments{"--iterations", "1000", "--resume", training.checkpoint.string(),
                                            "--learning-rate", "0.03"});
        CHECK(done >= 1);
        check_refusal(resumed, 2, {training.checkpoint.string(), "learning rate"});  // it was read whole
    }
}

TEST_CASE("signals: where the reader of its output goes away, training leaves what it has and returns 141") {
    const TemporaryFolder folder;
    const fs::path err = folder / "err", checkpoint = folder / "checkpoint", report = folder / "report";
    const std::string files = " --checkpoint " + checkpoint.string() + " --report " + report.string();
    const std::string run = "train" + joined(train_tiny) + " --iterations 20" + files;
    CHECK(run_before_head(run) == 128 + SIGPIPE);
    CHECK(iteration_of(checkpoint) == static_cast<std::int64_t>(read_json(report).at("losses").size()));
    fs::remove(checkpoint);
    for (const std::string where : {" --log /dev/stdout", " --report /dev/stdout",
                                    " --emulate --machine paper --placement synchronous --dram 50%"}) {
        CAPTURE(where);
        const std::string command =
            "train" + joined(train_tiny) + " --iterations 20 --checkpoint " + checkpoint.string() + where;
        CHECK(run_before_head(command) == 128 + SIGPIPE);
        CHECK(iteration_of(checkpoint) >= 1);
        // Where its notes have a reader of their own, it can be done before the reader of its results goes.
        const int code = run_before_head(command, err);
        CHECK((code == 128 + SIGPIPE || code == 0));
        CHECK(support::read_text(err).find("train: ") == std::string::npos);
    }
}

TEST_CASE("signals: a program that only prints returns 141 where its reader goes away, and says nothing") {
    const TemporaryFolder folder;
    const fs::path err = folder / "err";
    for (const std::string program :
         {"plan --model resnet200 --batch 2 --simulate --machine paper --dram 50%", "train --list-models",
          "plan --list-models"}) {
        CAPTURE(program);
        const int code = run_before_head(program, err);
        CHECK((code == 128 + SIGPIPE || code == 0));  // 0: all of it was in the pipe before the reader went
        CHECK(support::read_text(err).empty());
    }
}

TEST_CASE("signals: every program's --help tells what it returns") {
    for (const std::string program :
         {"train", "demo", "plan", "profile", "sweep", "dataset", "autotm_worker"}) {
        CAPTURE(program);
        const std::string help = run_program(program, {"--help"}).out;
        for (const char* code : {"129 HUP", "130 INT", "138 USR1", "141 PIPE", "143 TERM", "152 XCPU"})
            CHECK(help.find(code) != std::string::npos);
    }
}

TEST_CASE("sweep: a signal leaves the points that were run") {
    const TemporaryFolder folder;
    const fs::path report = folder / "report", csv = folder / "csv";
    support::RunningProgram sweep(
        "sweep", tiny + Arguments{"--emulate", "--machine", "paper", "--shares", "40,60,80,100",
                                  "--iterations", "20", "--report", report.string(), "--csv", csv.string()});
    REQUIRE(sweep.wait_until([&] { return fs::exists(csv); }));
    sweep.send(SIGHUP);
    CHECK(sweep.wait().exit_code == 128 + SIGHUP);
    CHECK(read_json(report).at("points").size() >= 1);
}

TEST_CASE("slow memory: a file that is cut from outside ends the run with one sentence") {
    for (const char* placement : {"slow", "synchronous"}) {
        CAPTURE(placement);
        const TemporaryFolder folder;
        Training training({"--placement", placement, "--dram", "40%", "--slow",
                           "dir:" + folder.path().string(), "--time-limit", "1"});
        REQUIRE(training.has_begun());
        int cut = 0;
        const fs::path open_files = "/proc/" + std::to_string(training.program.process()) + "/fd";
        for (const auto& entry : fs::directory_iterator(open_files)) {
            std::error_code error;
            const std::string name = fs::read_symlink(entry.path(), error).string();
            if (error || !name.starts_with(folder.path().string())) continue;
            fs::resize_file(entry.path(), 0);
            ++cut;
        }
        REQUIRE(cut > 0);
        const Finished finished = training.program.wait();
        check_refusal(finished, 1, {"slow memory", "cut", "--slow dir:PATH another folder"});
        CHECK_FALSE(fs::exists(training.checkpoint));
    }
}
