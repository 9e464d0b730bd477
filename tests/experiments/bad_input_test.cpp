// What cannot be done is said in one sentence: 2 where the command line is wrong, 1 where the request cannot
// be met.
#include <algorithm>

#include "tests/experiments/support.h"

namespace fs = std::filesystem;

namespace {

using Parts = std::vector<std::string>;

// Of a wrong command line, which nothing is measured or read for.
struct Wrong {
    Arguments arguments;
    Parts said;
};

void check_wrong(const char* program, const std::vector<Wrong>& cases) {
    for (const Wrong& wrong : cases) {
        CAPTURE(wrong.arguments);
        check_refusal(run_program(program, wrong.arguments), 2, wrong.said);
    }
}

void check_unmet(const Arguments& arguments, const Parts& said) {
    CAPTURE(arguments);
    check_refusal(run_program("train", train_tiny + arguments), 1, said);
}

fs::path folder_of(const std::string& spec) {
    return spec.substr(spec.find(':') + 1);
}

}  // namespace

TEST_CASE("command line: unknown names, what is no number, and what is out of range") {
    check_wrong("train",
                {{{"--model", "resnet19"}, {"resnet19", "near it", "resnet18"}},
                 {{"--placement", "fastest"}, {"fastest", "first-touch", "synchronous"}},
                 {{"--data", "floppy:x"}, {"floppy:x", "cifar10:DIR"}},
                 {{"--data", "mnist"}, {"mnist", "mnist:DIR"}},
                 {{"--data", "/"}, {"/", "is a folder", "images:/"}},
                 {{"--dram", "banana"}, {"banana", "6GiB"}},
                 {{"--dram", "0:0"}, {"0:0", "4:1"}},
                 {{"--dram", "1e300%"}, {"1e300%", "from 0% to 1000%"}},
                 {{"--dram", "2000%"}, {"--dram", "2000%", "from 0% to 1000%"}},
                 {{"--dram", "-1%"}, {"--dram", "-1%", "from 0% to 1000%"}},
                 {{"--dram", "1e7:1"}, {"--dram", "1e7:1", "from 0 to 1e6"}},
                 {{"--dram", "4:"}, {"--dram", "4:", "4:1"}},
                 {{"--dram", "2e18"}, {"--dram", "2e18", "1e18 bytes"}},
                 {{"--threads", "100000"}, {"--threads", "1024"}},
                 {{"--batch"}, {"train: --batch was given no value"}},
                 {{"--batch", "2", "--batch", "3"}, {"train: --batch was given more than once"}},
                 {{"--bacth", "3"}, {"train: \"--bacth\" is no argument of this program", "--help"}},
                 {{"--batch-size", "3"}, {"did you mean --batch?"}},
                 {{"--lr", "0.1"}, {"did you mean --learning-rate?"}},
                 {{"--no"}, {"\"--no\" is no argument of this program; see"}},
                 {{"--quiet=3"}, {"train: --quiet takes no value"}},
                 {{"--slow", "floppy"}, {"floppy", "dir:PATH"}},
                 {{"--slow", "emulated"}, {"emulated", "dir:PATH", "--emulate"}},
                 {{"--slow", "numa:x"}, {"numa:x", "numa:1"}},
                 {{"--seed", "-1"}, {"--seed", "-1"}},
                 {{"--learning-rate", "nan"}, {"--learning-rate", "nan"}},
                 {{"--learning-rate", "-1"}, {"--learning-rate", "-1"}},
                 {{"--validation", "10%"}, {"--validation takes no percent; write 0.1 for 10%"}},
                 {{"--momentum", "1"}, {"--momentum", "[0, 1)"}},
                 {{"--label-smoothing", "2"}, {"--label-smoothing", "[0, 1)"}},
                 {{"--image-size", "1000000"}, {"--image-size", "16384"}},
                 {{"--iterations", "3", "--epochs", "1"}, {"--iterations", "--epochs"}},
                 {{"--quiet=3"}, {"quiet"}},
                 {{"--no-fuse=99999999999999999999"}, {"no-fuse"}},
                 {{"--simulate", "--machine", "paper"}, {"--simulate", "plan"}},
                 {{"--machine", "paper"}, {"--machine paper", "--simulate", "--emulate"}},
                 {{"--placement", "2lm"}, {"placement 2lm", "only be simulated", "--simulate"}},
                 {{"--placement", "2lm", "--emulate", "--machine", "paper"}, {"2lm", "--simulate"}},
                 {{"--slow", "emulated2"}, {"emulated2", "dir:PATH"}},
                 {{"--slow", "dir:/tmp", "--emulate", "--machine", "paper"}, {"--slow", "--emulate"}},
                 {{"--emulate"}, {"--emulate", "--machine"}}});
    check_wrong("plan", {{{"--simulate", "--machine", "paper", "--cache", "c"}, {"--cache", "--simulate"}},
                         {{"--load", "plan", "--slow", "dir:/tmp"}, {"--load", "--slow"}}});
    const Arguments mode{"--simulate", "--machine", "paper", "--placement", "2lm"};
    check_wrong("plan", {{mode + Arguments{"--save", "p"}, {"--save p", "2lm makes no plan"}},
                         {mode + Arguments{"--write-lp", "p"}, {"2lm", "no linear program"}},
                         {mode + Arguments{"--dram", "63"}, {"63 B", "64 B", "larger --dram"}},
                         {{"--placement", "2lm", "--simulate"}, {"--simulate", "--machine"}}});
    check_refusal(run_program("plan", {"--simulate", "--machine", "cxl", "--placement", "2lm"}), 1,
                  {"machine cxl has no memory mode", "--machine paper"});
    check_wrong("sweep", {{{"--placements", "dram,2lm"}, {"placement 2lm", "--simulate"}},
                          {{"--placements", "dram,2llm"}, {"2llm", "synchronous", "2lm"}}});
    for (const char* flag :
         {"--batch", "--image-size", "--classes", "--threads", "--iterations", "--epochs"}) {
        for (const char* value : {"0", "-3", "many"}) check_wrong("train", {{{flag, value}, {flag, value}}});
    }
    for (const char* flag : {"--batch", "--warmup", "--seed"}) {
        for (const char* value :
             {"1e5", "+5", "0x10", "5.0", " 5", "5 ", "nan", "inf", "99999999999999999999"})
            check_wrong("train", {{{flag, value}, {flag, value, "whole number from"}}});
    }
    for (const char* flag : {"--learning-rate", "--weight-decay", "--gap", "--time-limit", "--step-factor"}) {
        for (const char* value : {"nan", "inf", "1e999", "1e10", "-1", "0x1p3", "+1", "1,5", "1 ", "many"})
            check_wrong("train", {{{flag, value}, {flag, value, "number from 0 to"}}});
    }
    const std::string endless(100, '7');
    check_wrong("train",
                {{{"--batch", endless}, {"--batch", endless.substr(0, 60) + "...", "from 1 to 1000000"}}});
    check_wrong("sweep", {{{"--shares", "10,many,30"}, {"--shares", "many", "percent up to 100"}},
                          {{"--shares", "10,101"}, {"--shares", "101", "percent up to 100"}},
                          {{"--picture", "p.gif"}, {"--picture p.gif", ".png"}},
                          {{"--iterations", "1e3"}, {"--iterations", "1e3", "whole number"}}});
    check_wrong("profile", {{{"--rows", "0"}, {"--rows", "0", "whole number"}}});
    check_wrong("demo", {{{"--data", "synthetic", "--compared", "x"}, {"--compared", "x", "whole number"}}});
    check_wrong("dataset", {{{}, {"a command is expected: make, convert, inspect"}},
                            {{"show"}, {"its commands are make, convert, inspect"}},
                            {{"inspect", "synthetic", "--sheet", "s.gif"}, {"--sheet s.gif", ".png"}},
                            {{"make", ""}, {"DIR was given no value"}},
                            {{"inspect", "synthetic", "--sheet", ""}, {"--sheet was given no value"}},
                            {{"make", "d", "--seed", "-1"}, {"--seed", "-1", "18446744073709551615"}},
                            {{"make", "d", "--classes", "1e1"}, {"--classes", "1e1", "whole number"}},
                            {{"inspect", "d", "--size", "5000"}, {"--size", "5000", "4096"}},
                            {{"make"}, {"DIR"}},
                            {{"make", "d", "--train", "0"}, {"--train", "0"}},
                            {{"convert", "synthetic", "synthetic"}, {"synthetic", "images:DIR"}}});
}

TEST_CASE(
    "sizes: images that a network cannot take, batches that data cannot fill, more than the machine has") {
    const TemporaryFolder folder;
    const auto train = [](const Arguments& arguments) { return run_program("train", arguments); };
    check_refusal(train({"--model", "vgg11", "--image-size", "4", "--batch", "2"}), 1,
                  {"window", "larger image"});
    check_refusal(train({"--model", "inception_v4", "--image-size", "32", "--batch", "2"}), 1,
                  {"window", "larger image"});
    check_refusal(train({"--batch", "100000"}), 1, {"this machine has", "smaller --batch"});
    check_refusal(train({"--batch", "41", "--data", data_in(folder, "cifar10"), "--threads", "1"}), 1,
                  {"40 images", "smaller batch"});
    check_refusal(train({"--classes", "5", "--data", data_in(folder, "cifar10")}), 2, {"--classes 5", "10"});
    CHECK(train({"--image-size", "4", "--batch", "2", "--iterations", "2", "--threads", "1", "--no-evaluate"})
              .exit_code == 0);  // padding alone keeps a ResNet going
    CHECK(train({"--image-size", "40", "--batch", "2", "--iterations", "1", "--threads", "1", "--no-evaluate",
                 "--data", data_in(folder, "cifar10")})
              .exit_code == 0);  // stored at 32x32, enlarged
}

TEST_CASE("data: files that are missing, cut, damaged or of another kind are named") {
    const TemporaryFolder folder;
    const std::string cifar10 = data_in(folder, "cifar10"), mnist = data_in(folder, "mnist");
    const std::string images = data_in(folder, "images");
    check_unmet({"--data", "cifar10:/no/such/folder"}, {"/no/such/folder", "CIFAR-10"});
    check_unmet({"--data", "images:" + folder_of(cifar10).string()}, {"a folder of images per class"});

    overwrite_byte(folder_of(cifar10) / "data_batch_1.bin", 0, 77);
    check_unmet({"--data", cifar10}, {"data_batch_1.bin", "label 77", "10 classes"});
    cut_short(folder_of(cifar10) / "data_batch_1.bin", 5);
    check_unmet({"--data", cifar10}, {"data_batch_1.bin", "cut short"});

    overwrite_byte(folder_of(mnist) / "train-labels-idx1-ubyte", 8, 10);
    check_unmet({"--data", mnist}, {"train-labels-idx1-ubyte", "label 0 is 10"});
    cut_short(folder_of(mnist) / "train-images-idx3-ubyte", 3);
    check_unmet({"--data", mnist}, {"train-images-idx3-ubyte", "header announces"});

    for (const char* kind : {".png", ".jpg"}) {
        for (const auto& entry : fs::recursive_directory_iterator(folder_of(images) / "train")) {
            if (entry.path().extension() != kind) continue;
            cut_short(entry.path(), fs::file_size(entry.path()) / 2);
            check_unmet({"--data", images, "--iterations", "10"}, {entry.path().filename(), "damaged"});
            fs::remove(entry.path());
            break;
        }
    }
}

TEST_CASE("checkpoint: one of another model, another run, cut, or none is refused") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c.safetensors";
    train_report(folder, train_tiny + Arguments{"--iterations", "1", "--checkpoint", file.string()});
    const Arguments resume{"--iterations", "1", "--resume", file.string()};
    const auto check_other_run = [&](const Arguments& other, const std::vector<std::string>& parts) {
        check_refusal(run_program("train", train_tiny + Arguments{"--resume", file.string()} + other), 2,
                      parts);
    };
    check_other_run({"--iterations", "1", "--seed", "1"}, {"c.safetensors", "seed 0", "asks for 1"});
    check_other_run({"--iterations", "1", "--warmup", "1"}, {"c.safetensors", "warmup 0", "asks for 1"});
    check_refusal(run_program("train", {"--model", "resnet34", "--image-size", "32", "--batch", "4",
                                        "--iterations", "1", "--resume", file.string()}),
                  1, {"c.safetensors", "another model"});
    cut_short(file, 1000);
    check_unmet(resume, {"c.safetensors", "damaged", "cut short"});
    fs::remove(file);
    check_unmet(resume, {"c.safetensors", "cannot be opened"});
}

TEST_CASE(
    "loss: training that diverges stops, names the iteration and the kernel, and keeps the checkpoint") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c.safetensors";
    train_report(folder, train_tiny + Arguments{"--iterations", "1", "--checkpoint", file.string()});
    const std::string before = support::read_text(file);
    check_unmet({"--quiet", "--learning-rate", "1e8", "--warmup", "0", "--iterations", "50", "--checkpoint",
                 file.string()},
                {"loss of iteration", "first kernel", "--learning-rate"});
    CHECK(support::read_text(file) == before);
}

TEST_CASE("budget: one that is too small names the kernel, its operands, what is missing, and what works") {
    const TemporaryFolder folder;
    const std::string cache = (folder / "kernels.json").string();
    const json in_slow = train_report(
        folder, train_tiny + Arguments{"--iterations", "1", "--placement", "slow", "--cache", cache});
    const auto scratch =
        in_slow.at("dram").at("peak_bytes").get<std::int64_t>();  // which slow memory cannot hold
    const std::string half = std::to_string(scratch / 2);
    for (const char* placement : {"synchronous", "static", "greedy", "first-touch", "slow"}) {
        if (scratch == 0) break;
        check_unmet({"--placement", placement, "--dram", half, "--cache", cache},
                    {"kernel ", "scratch", "more than the budget", "smallest budget that works is --dram "});
    }
    if (scratch > 0)
        check_unmet({"--placement", "static", "--dram", "0", "--cache", cache}, {"kernel ", "budget of 0 B"});
    check_unmet({"--placement", "dram", "--dram", "1MiB", "--cache", cache},
                {"everything in DRAM takes", "1.00 MiB", "--placement synchronous, or --dram "});
    const json report = train_report(  // more than there is: a limit that is never reached
        folder, train_tiny + Arguments{"--iterations", "1", "--dram", "100TiB", "--cache", cache});
    CHECK(report.at("dram").at("peak_bytes") < std::int64_t{1} << 30);
}

TEST_CASE("slow memory: a folder or a node that is not there is refused before anything is measured") {
    check_unmet({"--slow", "dir:/no/such/folder"}, {"/no/such/folder", "--slow dir:PATH"});
    check_unmet({"--slow", "dir:/proc"}, {"/proc", "--slow dir:PATH"});
    check_unmet({"--slow", "numa:7777"}, {"numa:7777", "no such NUMA node"});
}

TEST_CASE("budget: 4:0 is no DRAM at all, which needs a plan like any other budget") {
    for (const char* none : {"4:0", "0", "0%"}) {
        CAPTURE(none);
        const Finished run =
            run_program("plan", tiny + Arguments{"--simulate", "--machine", "paper", "--no-table",
                                                 "--placement", "slow", "--dram", none});
        CAPTURE(run.err);
        CHECK(run.exit_code == 0);
        CHECK(run.out.find("DRAM 0 B of 0 B") != std::string::npos);
        check_refusal(run_program("plan", tiny + Arguments{"--simulate", "--machine", "paper", "--placement",
                                                           "dram", "--dram", none}),
                      1, {"everything in DRAM takes"});
    }
}

TEST_CASE("sizes: a network beyond what numbers hold is refused, whatever it is made of") {
    check_refusal(run_program("plan", {"--model", "vgg19", "--batch", "1000000", "--image-size", "16384",
                                       "--simulate", "--machine", "paper"}),
                  2, {"batch of 1000000", "16384x16384", "any machine"});
}

TEST_CASE(
    "machine: one as slow or as fast as may be is planned for, one beyond that refused with its value") {
    const TemporaryFolder folder;
    const fs::path file = folder / "machine.toml";
    const auto write_machine = [&](const std::string& dram, const std::string& slow) {
        write_text(file,
                   "name = \"m\"\n[dram]\nbytes_per_s = " + dram + "\n[copy]\nto_dram_bytes_per_s = " + slow +
                       "\nto_slow_bytes_per_s = " + slow + "\nbeside_to_dram_bytes_per_s = " + slow +
                       "\nbeside_to_slow_bytes_per_s = " + slow + "\n[slow]\nread_bytes_per_s = " + slow +
                       "\nwrite_bytes_per_s = " + slow + "\n[[kernel]]\nkind = \"*\"\n");
    };
    for (const char* model : {"vgg11", "resnet18"}) {
        CAPTURE(model);
        const Arguments plan{"--model",     model,    "--batch", "2",          "--simulate",   "--machine",
                             file.string(), "--dram", "20%",     "--no-table", "--time-limit", "2"};
        for (const auto& rates : {std::pair{"1", "1"}, {"1e18", "1e18"}, {"1", "1e18"}, {"1e18", "1"}}) {
            const char *dram = rates.first, *slow = rates.second;
            CAPTURE(dram);
            CAPTURE(slow);
            write_machine(dram, slow);
            const Finished run = run_program("plan", plan);
            CAPTURE(run.err);
            CHECK_FALSE(run.timed_out);
            CHECK(run.exit_code == 0);
        }
        for (const char* absurd : {"1e-300", "1e300", "0", "-1", "inf", "nan"}) {
            write_machine(absurd, "1e10");
            check_refusal(run_program("plan", plan), 1, {"machine.toml", absurd, "from 1 to 1e18"});
        }
    }
}

TEST_CASE("checkpoint: one that does not say its iteration is refused") {
    const TemporaryFolder folder;
    const fs::path file = folder / "c.safetensors";
    train_report(folder, train_tiny + Arguments{"--iterations", "1", "--checkpoint", file.string()});
    const std::string content = support::read_text(file);
    for (const char* wrong : {"\"iteration\":\"x\"", "\"iteration\":\"-\"", "\"ITERATION\":\"1\""}) {
        CAPTURE(wrong);
        std::string changed = content;
        const std::string right = "\"iteration\":\"1\"";
        REQUIRE(changed.find(right) != std::string::npos);
        write_text(file, changed.replace(changed.find(right), right.size(), wrong));
        check_unmet({"--iterations", "1", "--resume", file.string()},
                    {"c.safetensors", "\"iteration\"", "whole number from 0"});
    }
}

TEST_CASE("loss: one that grows a thousandfold is told once, with what to do, and training goes on") {
    const Finished run = run_program("train", train_tiny + Arguments{"--learning-rate", "1e6", "--warmup",
                                                                     "0", "--iterations", "6", "--quiet"});
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    CHECK(mentions(run.err, Parts{"the loss has grown from", "--learning-rate", "--warmup"}));
}
