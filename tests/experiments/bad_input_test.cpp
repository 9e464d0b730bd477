// What cannot be done is said in one sentence: 2 where the command line is wrong, 1 where the request cannot
// be met.
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
                 {{"--dram", "banana"}, {"banana", "6GiB"}},
                 {{"--dram", "0:0"}, {"0:0", "4:1"}},
                 {{"--dram", "1e300%"}, {"1e300%", "at most 1e6"}},
                 {{"--threads", "100000"}, {"--threads", "1024"}},
                 {{"--slow", "floppy"}, {"floppy", "dir:PATH"}},
                 {{"--slow", "emulated"}, {"emulated", "dir:PATH", "--emulate"}},
                 {{"--slow", "numa:x"}, {"numa:x", "numa:1"}},
                 {{"--seed", "-1"}, {"--seed", "-1"}},
                 {{"--learning-rate", "nan"}, {"--learning-rate", "nan"}},
                 {{"--learning-rate", "-1"}, {"--learning-rate", "-1"}},
                 {{"--momentum", "1"}, {"--momentum", "[0, 1)"}},
                 {{"--label-smoothing", "2"}, {"--label-smoothing", "[0, 1)"}},
                 {{"--image-size", "1000000"}, {"--image-size", "16384"}},
                 {{"--iterations", "3", "--epochs", "1"}, {"--iterations", "--epochs"}},
                 {{"--simulate", "--machine", "paper"}, {"--simulate", "plan"}},
                 {{"--machine", "paper"}, {"--machine paper", "--simulate", "--emulate"}},
                 {{"--slow", "emulated2"}, {"emulated2", "dir:PATH"}},
                 {{"--slow", "dir:/tmp", "--emulate", "--machine", "paper"}, {"--slow", "--emulate"}},
                 {{"--emulate"}, {"--emulate", "--machine"}}});
    check_wrong("plan", {{{"--simulate", "--machine", "paper", "--cache", "c"}, {"--cache", "--simulate"}},
                         {{"--load", "plan", "--slow", "dir:/tmp"}, {"--load", "--slow"}}});
    for (const char* flag :
         {"--batch", "--image-size", "--classes", "--threads", "--iterations", "--epochs"}) {
        for (const char* value : {"0", "-3", "many"}) check_wrong("train", {{{flag, value}, {flag, value}}});
    }
    check_wrong("dataset", {{{}, {"subcommand"}},
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
    check_refusal(
        run_program("train", train_tiny + Arguments{"--iterations", "2", "--resume", file.string()}), 2,
        {"c.safetensors", "iterations 1", "asks for 2"});
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
    check_unmet(
        {"--learning-rate", "1e8", "--warmup", "0", "--iterations", "50", "--checkpoint", file.string()},
        {"loss of iteration", "first kernel", "--learning-rate"});
    CHECK(support::read_text(file) == before);
}

TEST_CASE("budget: one that is too small names the kernel, its operands, what is missing, and what works") {
    const TemporaryFolder folder;
    const std::string cache = (folder / "kernels.json").string();
    for (const char* placement : {"synchronous", "static", "greedy", "first-touch", "slow"}) {
        check_unmet({"--placement", placement, "--dram", "1MiB", "--cache", cache},
                    {"kernel ", "scratch", "more than the budget", "smallest budget that works is"});
    }
    check_unmet({"--placement", "static", "--dram", "0", "--cache", cache}, {"kernel ", "budget of 0 B"});
    check_unmet({"--dram", "1MiB", "--cache", cache}, {"everything in DRAM takes", "1.00 MiB", "placement"});
    const json report = train_report(  // more than there is: a limit that is never reached
        folder, train_tiny + Arguments{"--iterations", "1", "--dram", "100TiB", "--cache", cache});
    CHECK(report.at("dram").at("peak_bytes") < std::int64_t{1} << 30);
}

TEST_CASE("slow memory: a folder or a node that is not there is refused before anything is measured") {
    check_unmet({"--slow", "dir:/no/such/folder"}, {"/no/such/folder", "--slow dir:PATH"});
    check_unmet({"--slow", "dir:/proc"}, {"/proc", "--slow dir:PATH"});
    check_unmet({"--slow", "numa:7777"}, {"numa:7777", "no such NUMA node"});
}
