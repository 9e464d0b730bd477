// A system call fails while a program reads or writes its files: the program does without it, or ends with
// one sentence that names the file and the reason. No file is harmed and nothing temporary is left.
#include <cerrno>
#include <cstring>
#include <utility>

#include "tests/faults/subjects.h"

using namespace faults;

namespace {

// What a call of a kind is likely to fail with.
int likely_error(const std::string& kind) {
    if (kind == "write" || kind == "mkdir" || kind == "truncate") return ENOSPC;
    if (kind == "open" || kind == "rename" || kind == "mode") return EACCES;
    return EIO;
}

std::vector<int> errors_of(const std::string& kind) {
    if (extent() == Extent::few) return {likely_error(kind)};
    if (kind == "open") return {EACCES, EMFILE, ENOSPC, EIO};
    if (kind == "write") return {ENOSPC, EIO};
    if (kind == "status" || kind == "rename") return {EACCES, EIO};
    return {likely_error(kind)};
}

Fault failing(const Call& call, int error) {
    return {{"FAULT_KIND", call.kind},
            {"FAULT_AT", std::to_string(call.of_kind)},
            {"FAULT_ERRNO", std::to_string(error)}};
}

constexpr int loops = 12;  // fail_each_call() in all test cases

void fail_each_call(Stage& stage, const Subject& subject) {
    const Finished undisturbed = stage.run(subject);
    CAPTURE(undisturbed.err);
    REQUIRE(undisturbed.exit_code == 0);
    std::vector<std::pair<Call, int>> faults;
    for (const Call& call : chosen(stage.calls(), 1))
        for (const int error : errors_of(call.kind)) faults.emplace_back(call, error);
    REQUIRE_FALSE(faults.empty());
    stage.learn(subject);
    REQUIRE(stage.harm(subject) == "");
    REQUIRE(stage.leftovers(subject) == "");
    for (Trials trials("calls of " + subject.program, faults.size(), loops); const auto at = trials.next();) {
        const auto& [call, error] = faults[*at];
        stage.put_back();
        const Finished run = stage.run(subject, failing(call, error));
        INFO(subject.program, ", ", call.kind, " number ", call.of_kind, " of ", call.path, ", ",
             std::strerror(error), ": exit ", run.exit_code, ", ", run.err);
        CHECK(misbehaviour(stage, subject, run, {stage.folder().string(), std::strerror(error)}) == "");
    }
}

}  // namespace

TEST_CASE("training: a call that fails costs one sentence and no file") {
    Stage stage;
    fail_each_call(stage, training(stage));
}

TEST_CASE("training that goes on: a call that fails costs one sentence, no file and no line of the log") {
    Stage stage;
    fail_each_call(stage, resumed_training(stage));
}

TEST_CASE("plans: a call that fails costs one sentence and no file") {
    Stage stage;
    fail_each_call(stage, simulated_plan(stage));
}

TEST_CASE("kernel times: a call that fails costs one sentence and no time of another network") {
    for (const auto& subject_of : {emulated_plan, profiling}) {
        Stage stage;
        fail_each_call(stage, subject_of(stage));
    }
}

TEST_CASE("sweeps and layouts: a call that fails costs one sentence and no file") {
    for (const auto& subject_of : {simulated_sweep, laying_out}) {
        Stage stage;
        fail_each_call(stage, subject_of(stage));
    }
}

TEST_CASE("image sets: a call that fails costs one sentence and no set") {
    for (const auto& subject_of : {drawing, drawing_again, inspection}) {
        Stage stage;
        fail_each_call(stage, subject_of(stage));
    }
    for (const char* format : {"cifar10", "mnist", "images"}) {
        Stage stage;
        fail_each_call(stage, conversion(stage, format));
    }
}
