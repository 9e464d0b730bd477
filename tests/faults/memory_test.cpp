// The system refuses a program memory, once at each place in the code that asks for some, or a thread: the
// program does without it, or ends with one sentence. No file is harmed and nothing temporary is left.
#include <algorithm>
#include <cerrno>
#include <iterator>

#include "tests/faults/subjects.h"

using namespace faults;

namespace {

constexpr int loops = 8;  // refuse_at_each_place() in all test cases

// Refuses memory at all places, or at `most` of them. Returns what the runs said on stderr.
std::string refuse_at_each_place(Stage& stage, const Subject& subject, long most) {
    // oneDNN 2.6 itself uses what it was refused.
    const Fault by_place{{"FAULT_KIND", "memory"}, {"FAULT_DEPTH", "4"}, {"FAULT_EXCEPT", "libdnnl"}};
    const Finished undisturbed = stage.run(subject, by_place);
    CAPTURE(undisturbed.err);
    REQUIRE(undisturbed.exit_code == 0);
    const long places = stage.count("place");
    REQUIRE(places > 100);
    stage.learn(subject);
    std::string said;
    const auto stride = static_cast<std::size_t>(std::max(1L, places / most));
    for (Trials trials("memory of " + subject.program, static_cast<std::size_t>(places), loops, stride);
         const auto at = trials.next();) {
        const std::size_t place = *at + 1;
        stage.put_back();
        Fault fault = by_place;
        fault["FAULT_AT"] = std::to_string(place);
        fault["FAULT_ERRNO"] = std::to_string(ENOMEM);
        const Finished run = stage.run(subject, fault);
        INFO(subject.program, ", place ", place, " of ", places, ": exit ", run.exit_code, ", ", run.err);
        if (ended_by_library(run)) {
            CHECK(stage.harm(subject) == "");
        } else {
            CHECK(misbehaviour(stage, subject, run, {"memory"}) == "");
        }
        said += run.err;
    }
    return said;
}

}  // namespace

TEST_CASE("plans: refused memory costs one sentence, in GLPK too") {
    Stage stage;
    const std::string said = refuse_at_each_place(stage, simulated_plan(stage), 150);
    CHECK(said.find("out of memory in a linear program") != std::string::npos);
}

TEST_CASE("training: refused memory costs one sentence and no file") {
    Stage stage;
    refuse_at_each_place(stage, training(stage), 15);
}

TEST_CASE("training that goes on: refused memory costs one sentence and no line of the log") {
    Stage stage;
    refuse_at_each_place(stage, resumed_training(stage), 15);
}

TEST_CASE("kernel times: refused memory costs one sentence and no time of another network") {
    Stage stage;
    refuse_at_each_place(stage, profiling(stage), 15);
}

TEST_CASE("sweeps and image sets: refused memory costs one sentence and no file") {
    for (const auto& subject_of : {simulated_sweep, laying_out, drawing, drawing_again, inspection}) {
        Stage stage;
        refuse_at_each_place(stage, subject_of(stage), 30);
    }
}

TEST_CASE("training: a thread that is refused costs one sentence and no file") {
    Stage stage;
    Subject subject = training(stage);
    *std::next(std::ranges::find(subject.arguments, "--threads")) = "2";
    long refused = 0;
    for (bool more = true; more; refused += more) {
        stage.put_back();
        const Finished run =
            stage.run(subject, {{"FAULT_KIND", "thread"}, {"FAULT_AT", std::to_string(refused + 1)}});
        more = stage.hit();
        INFO("thread ", refused + 1, ": exit ", run.exit_code, ", ", run.err);
        if (!ended_by_library(run)) CHECK(misbehaviour(stage, subject, run, {"thread"}) == "");
        CHECK(stage.harm(subject) == "");
        CHECK(stage.leftovers(subject) == "");
    }
    CHECK(refused > 1);
}
