// What all programs do, and those with a test or two: dataset, demo, predicted_kernels.
#include "tests/experiments/support.h"

namespace fs = std::filesystem;

TEST_CASE("programs: all tell their flags and their version, and refuse a flag that is none") {
    for (const char* program : {"train", "plan", "profile", "sweep", "demo", "dataset", "predict", "evaluate",
                                "predicted_kernels"}) {
        CAPTURE(program);
        const Finished help = run_program(program, {"--help"}), version = run_program(program, {"--version"});
        CHECK(help.exit_code == 0);
        CHECK(help.out.find("--help") != std::string::npos);
        CHECK(version.exit_code == 0);
        CHECK(version.out.starts_with(std::string(program) + " "));
        check_refusal(run_program(program, {"--frobnicate"}), 2, {program, "--help"});
    }
}

TEST_CASE("programs: help shows a default as one would type it") {
    const std::string help = run_program("train", {"--help"}).out;
    CHECK(mentions(help, std::vector<std::string>{"0.02)", "0.9)", "0.1)"}));
}

TEST_CASE("programs: help is in groups, with examples, without the parser's notation") {
    const std::vector<std::pair<const char*, Arguments>> helps{{"train", {"--help"}},
                                                               {"plan", {"--help"}},
                                                               {"profile", {"--help"}},
                                                               {"sweep", {"--help"}},
                                                               {"demo", {"--help"}},
                                                               {"dataset", {"--help"}},
                                                               {"dataset", {"make", "--help"}},
                                                               {"layout", {"--help"}},
                                                               {"predict", {"--help"}},
                                                               {"evaluate", {"--help"}},
                                                               {"predicted_kernels", {"--help"}}};
    for (const auto& [program, flags] : helps) {
        CAPTURE(program);
        const std::string help = run_program(program, flags).out;
        CHECK(help.find("usage: " + std::string(program)) != std::string::npos);
        CHECK((flags.size() > 1 || help.find("Example") != std::string::npos));
        for (const char* notation :
             {"TEXT", "[OPTIONS]", "REQUIRED", "Excludes", "Needs", "{false}", "...", "More:"})
            CHECK_MESSAGE(help.find(notation) == std::string::npos, notation);
    }
    CHECK(mentions(
        run_program("train", {"--help"}).out,
        std::vector<std::string>{"Network:", "Images:", "Training:", "Memory:", "Output:", "  --batch N ",
                                 "(default: 64)", "  --dram BUDGET ", "  --no-evaluate "}));
}

TEST_CASE("programs: a misspelt flag or command is answered with its neighbour") {
    const auto asks = [](const char* program, const Arguments& flags, const char* meant) {
        check_refusal(run_program(program, flags), 2, {"did you mean " + std::string(meant) + "?"});
    };
    asks("train", {"--itertions", "5"}, "--iterations");
    asks("train", {"--bacth=5"}, "--batch");
    asks("demo", {"--dta", "synthetic"}, "--data");
    asks("dataset", {"mkae", "x"}, "make");
    asks("dataset", {"make", "x", "--clases", "3"}, "--classes");
    asks("predict", {"--chekpoint", "c"}, "--checkpoint");
    asks("evaluate", {"--checkpoint", "c", "--dta", "x"}, "--data");
    const Finished strange = run_program("train", {"--frobnicate"});
    CHECK(strange.err.find("did you mean") == std::string::npos);
}

TEST_CASE("programs: --list-models names them all with their parameters") {
    const Finished run = run_program("train", {"--list-models"});
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.out, std::vector<std::string>{"resnet18", "11689512", "vgg416", "inception_v4",
                                                     "densenet264", "paper_resnet200", "multiply-adds"}));
}

TEST_CASE("dataset: makes sets that train reads, shows and converts them") {
    const TemporaryFolder folder;
    for (const char* format : {"cifar10", "mnist", "images"}) {
        CAPTURE(format);
        const Finished shown = run_program("dataset", {"inspect", data_in(folder, format)});
        CHECK(shown.exit_code == 0);
        CHECK(mentions(shown.out, std::vector<std::string>{"10 classes", "train", "channel mean"}));
        const json report =
            train_report(folder, tiny + Arguments{"--iterations", "1", "--data", data_in(folder, format)});
        CHECK(report.at("losses").size() == 1);
        check_has(report.at("accuracy"), {"top1", "top5", "samples"});
    }
    const std::string converted = "images:" + (folder / "converted").string();
    CHECK(run_program("dataset", {"convert", data_in(folder, "cifar10"), converted}).exit_code == 0);
    const std::string sheet = (folder / "sheet.png").string();
    CHECK(run_program("dataset", {"inspect", converted, "--sheet", sheet}).exit_code == 0);
    CHECK(fs::file_size(sheet) > 0);
}

TEST_CASE("reports: kernels are those that run, as the screen says") {
    const TemporaryFolder folder;
    const fs::path file = folder / "report.json";
    const Finished run =
        run_program("train", train_tiny + Arguments{"--iterations", "1", "--report", file.string()});
    REQUIRE(run.exit_code == 0);
    const json trained = read_json(file).at("model");
    CHECK(run.err.find(std::to_string(trained.at("kernels").get<int>()) + " kernels an iteration") !=
          std::string::npos);
    CHECK(trained.at("parameters") == 11689512 - 64 * 3 * (49 - 9));  // a 3x3 stem for small images
    const Arguments same = tiny + Arguments{"--report", file.string()};
    REQUIRE(run_program("plan", same + Arguments{"--placement", "dram"}).exit_code == 0);
    CHECK(read_json(file).at("model") == trained);
    REQUIRE(run_program("profile", same).exit_code == 0);
    CHECK(read_json(file).at("model") == trained);
}

TEST_CASE("demo: three placements, one table, the same losses") {
    const TemporaryFolder folder;
    const std::string report = (folder / "report.json").string();
    const Finished run =
        run_program("demo", tiny + Arguments{"--data", data_in(folder, "cifar10"), "--iterations", "3",
                                             "--compared", "2", "--dram", "40%", "--report", report});
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.out, std::vector<std::string>{"dram", "synchronous", "first-touch", "bit for bit",
                                                     "emulated", "lower bound", "With 40 % of the DRAM ("}));
    const json found = read_json(report);
    check_common(found, "demo", "emulated");
    CHECK(found.at("same_losses") == true);
    CHECK(found.at("runs").size() == 3);
    for (const json& one : found.at("runs")) {
        CHECK(one.at("losses") == found.at("runs")[0].at("losses"));
        CHECK(one.at("accuracy") == found.at("runs")[0].at("accuracy"));
        CHECK(one.at("plan").at("bound_s") <= one.at("plan").at("predicted_s"));
    }
}

TEST_CASE("predicted_kernels: compares the bundled timings, draws, and refuses what is no file of timings") {
    const TemporaryFolder folder;
    const std::string plots = (folder.path() / "plots").string();
    fs::create_directory(plots);
    const Finished run = run_program("predicted_kernels", {"--plots", plots});
    CHECK(run.exit_code == 0);
    CHECK(mentions(run.out,
                   std::vector<std::string>{"13607 published timings of 1042 kernels", "40 MB and more",
                                            "ConvolutionBias KxK", "time in DRAM", "Broadcast (2)"}));
    CHECK(fs::file_size(plots + "/caches.png") > 1000);
    CHECK(run_program("predicted_kernels", {"--machine", "cxl"}).exit_code == 0);
    check_refusal(run_program("predicted_kernels", {"/no/such/file"}), 1, {"/no/such/file"});
    check_refusal(run_program("predicted_kernels", {"--machine", "none"}), 1, {"none"});
}
