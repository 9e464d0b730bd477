#include "experiments/predict/run.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>

#include "experiments/common/numbers.h"
#include "experiments/common/outputs.h"
#include "experiments/common/signals.h"
#include "experiments/predict/answers.h"
#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/text.h"
#include "runtime/data/image_files.h"

namespace experiments::predict {

namespace fs = std::filesystem;
using framework::require;
using framework::text;

namespace {

constexpr const char* standard_input = "-";

// The lines of --list that are not empty.
std::vector<fs::path> listed_in(const std::string& list) {
    std::vector<fs::path> paths;
    const auto read = [&](std::istream& in) {
        for (std::string line; std::getline(in, line);) {
            if (line.ends_with('\r')) line.pop_back();
            if (!line.empty()) paths.emplace_back(line);
        }
        require<framework::DataError>(in.eof(), "--list ", list, " cannot be read to its end");
    };
    if (list == standard_input) {
        read(std::cin);
        return paths;
    }
    require<framework::DataError>(
        framework::is_there(list) && !framework::is_folder(list), "--list ", list,
        framework::is_there(list) ? " is a folder" : ": there is no such file",
        "; name a text file with the path of an image a line, or - for standard input");
    std::ifstream in(list);
    require<framework::DataError>(in.is_open(), "--list ", list, " cannot be opened");
    read(in);
    return paths;
}

std::vector<fs::path> images_of(const Flags& flags) {
    std::vector<fs::path> paths(flags.paths.begin(), flags.paths.end());
    if (!flags.list.empty()) std::ranges::move(listed_in(flags.list), std::back_inserter(paths));
    require<framework::UsageError>(!paths.empty(),
                                   flags.list.empty() ? std::string("no image was given")
                                                      : text("--list ", flags.list, " names no image"),
                                   "; name images or folders, or a file with their paths by --list");
    return runtime::data::find_images(paths);
}

}  // namespace

void Flags::add_to(CLI::App& app) {
    app.add_option("FILE", paths,
                   "PNG or JPEG images, and folders of them, which are searched to the bottom");
    inference.add_to(app, "64, or the number of images if they are fewer");
    app.add_option("--list", list,
                   "a text file with the path of an image or a folder a line; - is standard input");
    add_number(app, "--top", top, {1, 1'000'000},
               "how many classes to name for an image, the most likely first")
        ->capture_default_str();
}

int run(const Flags& flags, std::span<char* const> arguments) {
    flags.inference.check();
    flags.inference.model.apply_threads();
    Progress progress(flags.inference.output.quiet);
    const runtime::TrainedNetwork network = read_network(flags.inference.checkpoint);
    const std::vector<fs::path> files = images_of(flags);
    constexpr std::size_t usual_batch = 64;
    const int batch = flags.inference.model.batch ? flags.inference.model.batch
                                                  : static_cast<int>(std::min(usual_batch, files.size()));
    RunningNetwork running(network, flags.inference, batch, arguments, "predict", progress);

    constexpr int channels_of_files = 3;
    const auto set = std::make_shared<runtime::data::ImageFiles>(
        files, runtime::data::ImageShape{channels_of_files, network.image_size, network.image_size});
    const Table table(files, network, flags.top);
    std::vector<Answers> answers;
    Json unreadable = Json::array();
    std::int64_t sample = 0;
    progress.say(table.header());
    running.answer(set, progress, [&](int, std::span<const float> logits) {
        const fs::path& file = set->file(sample);
        if (const auto why = set->why(sample++)) {
            progress.warn(framework::sentence(*why));
            unreadable.push_back({{"file", file.string()}, {"why", *why}});
            return;
        }
        answers.push_back({file, best_answers(logits, network, flags.top)});
        progress.say(table.line(answers.back()));
    });

    Outputs outputs;
    Json& report = running.report();
    report["predictions"] = json_of(answers);
    report["unreadable"] = unreadable;
    if (!flags.inference.csv.empty())
        outputs.write([&] { framework::write_file(flags.inference.csv, csv_of(answers)); });
    if (!flags.inference.output.report.empty())
        outputs.write([&] { write_json(flags.inference.output.report, report); });
    outputs.add_failure(running.unsaved_times());
    outputs.require_all();
    if (stop_signal()) return exit_code_of(stop_signal());
    require<framework::DataError>(unreadable.empty(), unreadable.size(), " of ", files.size(),
                                  " images could not be read; they are named above, with the reason");
    return 0;
}

}  // namespace experiments::predict
