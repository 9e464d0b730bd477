#include "tests/faults/subjects.h"

#include <filesystem>
#include <fstream>

namespace faults {

namespace fs = std::filesystem;

namespace {

const Arguments train_small =
    train_tiny + Arguments{"--quiet",         "--momentum",         "0", "--checkpoint",
                           "@/c.safetensors", "--checkpoint-every", "1", "--log",
                           "@/log.jsonl"};
const Arguments plan_small{"--model",    "vgg11",     "--image-size", "32",         "--batch", "4",
                           "--simulate", "--machine", "paper",        "--no-table", "--quiet"};
Arguments emulated(const char* batch) {
    return {"--model", "resnet18", "--image-size", "32",        "--threads", "1",       "--batch",
            batch,     "--quiet",  "--emulate",    "--machine", "paper",     "--cache", "@/cache.json"};
}
const Arguments small_set{"--train", "4",      "--test", "2",         "--images-per-class",
                          "2",       "--size", "8",      "--classes", "2"};

// Runs it as an earlier run with some arguments of its own, and keeps what that leaves.
void run_before(Stage& stage, const Subject& subject, const Arguments& arguments) {
    const Finished run = stage.run({subject.program, arguments, subject.made});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    stage.keep();
}

}  // namespace

Subject training(Stage& stage) {
    const Arguments outputs = train_small + Arguments{"--report", "@/report.json", "--trace", "@/trace.json"};
    Subject subject{"train",
                    outputs + Arguments{"--iterations", "2"},
                    {"c.safetensors", "log.jsonl", "report.json", "trace.json"}};
    run_before(stage, subject, subject.arguments + Arguments{"--seed", "1"});
    return subject;
}

Subject unresumed_training() {
    return {"train", train_small + Arguments{"--iterations", "3"}, {"c.safetensors", "log.jsonl"}};
}

Subject resumed_training(Stage& stage) {
    Subject subject = unresumed_training();
    REQUIRE(stage.run(subject).exit_code == 0);
    long renames = 0;
    for (const Call& call : stage.calls()) {
        if (call.kind != "rename" || !call.path.ends_with("c.safetensors") || ++renames < 2) continue;
        stage.put_back();
        stage.run(
            subject,
            {{"FAULT_KIND", "rename"}, {"FAULT_AT", std::to_string(call.of_kind)}, {"FAULT_KILL", "1"}});
        break;
    }
    for (const auto& entry : fs::directory_iterator(stage.folder()))
        if (entry.path().filename() != "c.safetensors" && entry.path().filename() != "log.jsonl")
            fs::remove(entry.path());
    REQUIRE(losses_in(stage / "log.jsonl").size() == 2);
    stage.keep();
    subject.arguments = subject.arguments + Arguments{"--resume", "@/c.safetensors"};
    return subject;
}

Subject simulated_plan(Stage& stage) {
    const Arguments outputs = plan_small + Arguments{"--save",    "@/plan.json", "--write-lp",
                                                     "@/plan.lp", "--report",    "@/report.json"};
    Subject subject{"plan", outputs + Arguments{"--dram", "30%"}, {"plan.json", "plan.lp", "report.json"}};
    run_before(stage, subject, outputs + Arguments{"--dram", "40%"});
    return subject;
}

Subject emulated_plan(Stage& stage) {
    const Arguments outputs{"--save", "@/plan.json", "--no-table", "--placement", "greedy", "--dram"};
    Subject subject{"plan", emulated("4") + outputs + Arguments{"50%"}, {"plan.json", "cache.json"}};
    run_before(stage, subject, emulated("2") + outputs + Arguments{"40%"});
    return subject;
}

Subject profiling(Stage& stage) {
    const Arguments outputs{"--report", "@/report.json"};
    Subject subject{"profile", emulated("4") + outputs, {"cache.json", "report.json"}};
    run_before(stage, subject, emulated("2") + outputs);
    return subject;
}

Subject simulated_sweep(Stage& stage) {
    const Arguments outputs{
        "--model",    "vgg11",        "--image-size", "32",           "--batch",      "4",
        "--simulate", "--machine",    "paper",        "--quiet",      "--placements", "greedy",
        "--csv",      "@/points.csv", "--report",     "@/report.json"};
    Subject subject{"sweep", outputs + Arguments{"--shares", "30,60"}, {"points.csv", "report.json"}};
    run_before(stage, subject, outputs + Arguments{"--shares", "50"});
    return subject;
}

Subject laying_out(Stage& stage) {
    std::ofstream(stage / "in.csv") << "id,lower,upper,size\na,0,3,4\nb,3,9,4\nc,0,9,4\nd,9,12,4\n";
    std::ofstream(stage / "old.csv") << "id,lower,upper,size\na,0,3,4\n";
    const Arguments outputs{"--capacity", "8", "--quiet", "--out", "@/out.csv"};
    Subject subject{"layout", Arguments{"@/in.csv"} + outputs, {"out.csv"}};
    run_before(stage, subject, Arguments{"@/old.csv"} + outputs);
    return subject;
}

Subject drawing(Stage&) {
    return {"dataset", Arguments{"make", "@/set"} + small_set, {"set/cifar10", "set/mnist", "set/images"}};
}

Subject drawing_again(Stage& stage) {
    Subject subject = drawing(stage);
    run_before(stage, subject, subject.arguments + Arguments{"--seed", "1"});
    subject.arguments.push_back("--force");
    return subject;
}

Subject conversion(Stage& stage, const std::string& format) {
    run_before(stage, {"dataset", {}, {}}, Arguments{"make", "@/in"} + small_set);
    const std::string from = format == "images" ? "cifar10" : "images";
    return {"dataset", {"convert", from + ":@/in/" + from, format + ":@/out"}, {"out"}};
}

Subject inspection(Stage& stage) {
    run_before(stage, {"dataset", {}, {}}, Arguments{"make", "@/in"} + small_set);
    return {"dataset", {"inspect", "images:@/in/images", "--sheet", "@/sheet.png"}, {"sheet.png"}};
}

}  // namespace faults
