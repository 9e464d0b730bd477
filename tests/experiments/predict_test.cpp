// predict and evaluate: a trained network on images, as training evaluates it.
#include <algorithm>
#include <set>

#include "framework/base/files.h"
#include "tests/experiments/support.h"

namespace fs = std::filesystem;

namespace {

const Arguments one_thread{"--threads", "1"};

// Trains a few iterations on the images below folder/data. Returns the line with the accuracy.
std::string train_on(const TemporaryFolder& folder, const std::string& checkpoint) {
    const Finished run =
        run_program("train", tiny + Arguments{"--data", data_in(folder, "images"), "--iterations", "5",
                                              "--checkpoint", checkpoint});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    return run.out.substr(0, run.out.find('\n'));
}

// The files of the test images, in all classes.
std::vector<std::string> test_images(const TemporaryFolder& folder) {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "data" / "images" / "test")) {
        if (entry.is_regular_file()) files.push_back(entry.path().string());
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace

TEST_CASE(
    "evaluate: the accuracy is the one that train printed, under any budget, and with classes renamed") {
    const TemporaryFolder folder;
    const std::string checkpoint = (folder / "c.safetensors").string();
    const std::string trained = train_on(folder, checkpoint);
    const std::string report = (folder / "report.json").string(), csv = (folder / "classes.csv").string(),
                      picture = (folder / "picture.png").string();
    const Arguments evaluate =
        one_thread + Arguments{"--checkpoint", checkpoint, "--data", data_in(folder, "images")};
    const Finished run =
        run_program("evaluate", evaluate + Arguments{"--report", report, "--csv", csv, "--picture", picture});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK(run.out.starts_with(trained + "\n"));
    CHECK(mentions(run.out, std::vector<std::string>{"precision", "confusion matrix", "true class"}));
    CHECK(fs::file_size(picture) > 1000);
    const json found = read_json(report);
    check_common(found, "evaluate", "measured");
    CHECK(found.at("accuracy").at("samples") == found.at("images").at("count"));
    const std::string table = support::read_text(csv);
    CHECK(std::ranges::count(table, '\n') == 11);

    const Finished few =
        run_program("evaluate", evaluate + Arguments{"--dram", "40%", "--emulate", "--machine", "paper",
                                                     "--csv", csv, "--report", report});
    CAPTURE(few.err);
    CHECK(few.out == run.out);
    CHECK(support::read_text(csv) == table);
    const json limited = read_json(report);
    CHECK(limited.at("dram").at("peak_bytes") <= limited.at("dram").at("limit_bytes"));
    CHECK(limited.at("dram").at("peak_bytes") < found.at("dram").at("peak_bytes"));
    CHECK(limited.at("slow").at("peak_bytes") > 0);

    // One class less: the others keep their names, and get other numbers in the set.
    for (const char* split : {"train", "test"})
        fs::remove_all(folder / "data" / "images" / split /
                       *found.at("classes")[0].at("class").get_ptr<const std::string*>());
    const std::string second = (folder / "second.json").string();
    REQUIRE(run_program("evaluate", evaluate + Arguments{"--report", second}).exit_code == 0);
    const json without = read_json(second);
    int compared = 0;
    for (const json& now : without.at("classes")) {
        for (const json& before : found.at("classes")) {
            if (now.at("class") != before.at("class") || !now.contains("top1")) continue;
            ++compared;
            CHECK(now.at("top1") == before.at("top1"));
        }
    }
    CHECK(compared == std::ssize(found.at("classes")) - 1);

    fs::create_directories(folder / "data" / "images" / "train" / "unheard");
    fs::copy_file(test_images(folder).front(), folder / "data" / "images" / "train" / "unheard" / "1.png");
    check_refusal(run_program("evaluate", evaluate), 1, {"unheard", "was not trained on"});
}

TEST_CASE("predict: the same answers for a folder, for files and for a list, under any budget") {
    const TemporaryFolder folder;
    const std::string checkpoint = (folder / "c.safetensors").string();
    train_on(folder, checkpoint);
    const std::vector<std::string> files = test_images(folder);
    const std::string csv = (folder / "p.csv").string();
    const Arguments predict = one_thread + Arguments{"--checkpoint", checkpoint, "--csv", csv, "--top", "3"};
    const auto answers = [&](const Arguments& more) {
        const Finished run = run_program("predict", predict + more);
        CAPTURE(run.err);
        CHECK(run.exit_code == 0);
        CHECK(run.out.starts_with("file "));
        return support::read_text(csv);
    };
    const std::string all = answers({(folder / "data" / "images" / "test").string(), "--batch", "4"});
    CHECK(std::ranges::count(all, '\n') == 1 + 3 * std::ssize(files));
    CHECK(answers(files + Arguments{"--batch", "4"}) == all);
    CHECK(answers(files + Arguments{"--batch", "4", "--dram", "40%", "--emulate", "--machine", "paper"}) ==
          all);

    std::string reversed;
    for (auto file = files.rbegin(); file != files.rend(); ++file) reversed += *file + "\n";
    write_text(folder / "list.txt", reversed);
    const std::string other = answers({"--list", (folder / "list.txt").string(), "--batch", "4"});
    const auto lines_of = [](const std::string& text) {
        std::multiset<std::string> lines;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) lines.insert(line);
        return lines;
    };
    CHECK(lines_of(other) == lines_of(all));
}

TEST_CASE("predict: an image that cannot be read is named, and the others are predicted") {
    const TemporaryFolder folder;
    const std::string checkpoint = (folder / "c.safetensors").string();
    train_on(folder, checkpoint);
    const std::string good = test_images(folder).front(), text = (folder / "text.jpg").string(),
                      report = (folder / "report.json").string();
    write_text(text, "no image");
    const Arguments predict = one_thread + Arguments{"--checkpoint", checkpoint};
    const Finished run =
        run_program("predict", predict + Arguments{text, good, "/no/such.png", "--report", report});
    check_refusal(run, 1, {"2 of 3 images could not be read"});
    CHECK(
        mentions(run.err, std::vector<std::string>{"text.jpg: is neither a PNG nor a JPEG", "/no/such.png"}));
    CHECK(run.out.find(good) != std::string::npos);
    const json found = read_json(report);
    check_common(found, "predict", "measured");
    CHECK(found.at("predictions").size() == 1);
    CHECK(found.at("predictions")[0].at("answers")[0].at("probability") > 0);
    CHECK(found.at("unreadable").size() == 2);

    check_refusal(run_program("predict", predict), 2, {"no image was given", "--list"});
    fs::create_directory(folder / "empty");
    check_refusal(run_program("predict", predict + Arguments{(folder / "empty").string()}), 1,
                  {"holds no .png"});
    check_refusal(run_program("predict", predict + Arguments{"--list", "/no/such/list"}), 1,
                  {"/no/such/list"});
    check_refusal(run_program("predict", {good, "--checkpoint", "/no/such/file"}), 1, {"/no/such/file"});
    check_refusal(run_program("predict", {good, "--checkpoint", text}), 1, {"text.jpg"});
    check_refusal(run_program("predict", {good}), 2, {"--checkpoint"});
}
