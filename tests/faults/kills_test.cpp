// The process is killed before a step that changes a file: what is there suffices to go on as if nothing had
// happened, and the next run clears away what the killed one left.
#include "tests/faults/subjects.h"

using namespace faults;

TEST_CASE("training killed before any step on its files goes on to the losses of an uninterrupted run") {
    Stage stage;
    const Subject subject = unresumed_training();
    REQUIRE(stage.run(subject).exit_code == 0);
    const std::vector<double> losses = losses_in(stage / "log.jsonl");
    REQUIRE(losses.size() == 3);
    std::vector<Call> steps = chosen(stage.calls(), 2);
    std::erase_if(steps, [](const Call& call) { return call.durable == 0; });
    for (Trials trials("kills of train", steps.size(), 1); const auto at = trials.next();) {
        const Call& call = steps[*at];
        INFO("killed before ", call.kind, " number ", call.of_kind, " of ", call.path);
        stage.put_back();
        const Finished killed = stage.run(
            subject,
            {{"FAULT_KIND", "durable"}, {"FAULT_AT", std::to_string(call.durable)}, {"FAULT_KILL", "1"}});
        CHECK(killed.exit_code == 128 + 9);
        CHECK(stage.harm(subject) == "");
        Subject next = subject;
        if (std::filesystem::exists(stage / "c.safetensors"))
            next.arguments = next.arguments + Arguments{"--resume", "@/c.safetensors"};
        const Finished run = stage.run(next);
        CAPTURE(run.err);
        CHECK(run.exit_code == 0);
        CHECK(losses_in(stage / "log.jsonl") == losses);
        CHECK(stage.leftovers(subject) == "");
    }
}
