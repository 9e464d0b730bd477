// Shows the time per iteration against DRAM for every placement; takes minutes, or seconds with --simulate.
#include <algorithm>
#include <iostream>
#include <map>
#include <optional>

#include "experiments/common/main.h"
#include "experiments/common/numbers.h"
#include "experiments/common/outputs.h"
#include "experiments/common/progress.h"
#include "experiments/sweep/least.h"
#include "experiments/sweep/picture.h"
#include "experiments/sweep/points.h"
#include "experiments/sweep/runner.h"
#include "framework/base/files.h"
#include "optimizer/solve.h"

namespace {

using namespace experiments;
using sweep::Point;

struct Flags {
    sweep::Question question;
    OutputFlags output;
    std::string csv, picture;
};

// Solves and runs the points in rising order of DRAM. static and synchronous start from their plans for less
// DRAM, so that more DRAM is never slower. `keep` is called after every point, so that no result is lost if a
// later point fails.
template <class Keep>
std::vector<Point> points_of(const sweep::Question& question, const ProfiledNetwork& profiled,
                             Progress& progress, Keep keep) {
    std::map<std::string, framework::Plan> before;
    std::vector<Point> points;
    std::optional<sweep::Runner> runner;
    if (!question.placement.simulate) runner.emplace(profiled, question);
    for (const auto& [dram, bytes, share] : question.budgets) {
        for (const std::string& placement : question.placements) {
            PlacementFlags wanted = question.placement;
            wanted.placement = placement;
            wanted.dram = dram;
            const auto start = before.find(placement);
            PlannedNetwork planned =
                try_plan(profiled, wanted, start == before.end() ? nullptr : &start->second);
            Point point{share,
                        placement,
                        planned.solution.dram_budget,
                        planned.solution.all_dram_s,
                        planned.solution.result,
                        planned.memory_mode};
            if (planned.solution.result.plan) {
                before[placement] = *planned.solution.result.plan;
                // A plan that a point before this one had is not run again.
                const auto again = std::ranges::find_if(
                    points, [&](const Point& p) { return p.result.plan == planned.solution.result.plan; });
                point.again = again != points.end();
                if (point.again) {
                    point.run = again->run;
                } else if (runner) {
                    progress.show(framework::text(placement, " at ", wanted.dram));
                    point.run = runner->run(planned);
                }
            }
            points.push_back(std::move(point));
            keep(points);
        }
    }
    return points;
}

void work(Flags flags, std::span<char* const> arguments) {
    for (const auto& [flag, file] : {std::pair{"--report", flags.output.report}, {"--csv", flags.csv}})
        check_output(flag, file);
    check_picture("--picture", flags.picture);
    sweep::Question& question = flags.question;
    for (const std::string& placement : question.placements) question.placement.check_placement(placement);
    for (const char* argument : arguments.subspan(1))
        question.arguments += (question.arguments.empty() ? "" : " ") + std::string(argument);
    question.model.apply_threads();
    Progress progress(flags.output.quiet);
    Json report = new_report("sweep", arguments, question.placement.mode());
    const framework::Graph graph = training_graph(question.model);
    const ProfiledNetwork profiled = measure(graph, question.model, question.placement, progress);
    question.budgets = sweep::budgets_of(question.shares, profiled.network.all_dram_bytes);
    report_model(report, question.model, profiled.network);
    report_profile(report, profiled.profile.measured);
    Outputs outputs;
    const auto keep = [&](const std::vector<Point>& points) {
        report["points"] = json_of(points);
        report["least_dram"] = sweep::json_of_least(points);
        outputs = {};  // each point writes all outputs again, so only the last failure counts
        if (!flags.output.report.empty()) outputs.write([&] { write_json(flags.output.report, report); });
        if (!flags.csv.empty())
            outputs.write([&] { framework::write_file(flags.csv, csv_of(question, points)); });
    };
    const std::vector<Point> points = points_of(question, profiled, progress, keep);
    if (!flags.picture.empty()) outputs.write([&] { sweep::draw_points(question, points, flags.picture); });
    if (!flags.output.quiet) {
        progress.say("");
        question.placement.simulate ? print_predicted(question, points) : print_runs(question, points);
        std::cout << sweep::print_least(points);
    }
    framework::require<framework::Error>(sweep::same_losses(points),
                                         "placements changed the losses, which they must not");
    outputs.add_failure(profiled.profile.measured.unsaved);
    outputs.require_all();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Shows the time per iteration against DRAM for every placement; takes minutes, or seconds with "
        "--simulate.",
        "sweep");
    app.footer(
        "Examples:\n"
        "  sweep --model resnet50 --simulate --machine paper --picture sweep.png    runs nothing\n"
        "  sweep --model resnet50 --shares 10,20,40 --placements synchronous        runs on this machine\n"
        "  sweep --model resnet50 --shares 500MiB,1GiB,4:1 --csv sweep.csv\n\n");
    Flags flags;
    sweep::Question& question = flags.question;
    question.model.batch = 16;
    question.model.name = "resnet50";
    question.iterations = 3;
    question.shares = {"10", "20", "30", "40", "50", "60", "70", "80", "90", "100"};
    for (const optimizer::Placement placement : optimizer::placements())
        question.placements.push_back(optimizer::name_of(placement));
    question.model.add_to(app);
    question.placement.add_to(app);
    for (const char* set_by_the_sweep : {"--dram", "--placement"})
        app.remove_option(app.get_option(set_by_the_sweep));
    app.add_option("--shares", question.shares,
                   "DRAM budgets: percent of what all-DRAM needs (20), fractions of it with a point (0.2, "
                   "1.0), slow:DRAM "
                   "(4:1) or sizes (6GiB)")
        ->delimiter(',')
        ->check(CLI::Validator(
            [](const std::string& share) {
                sweep::dram_of_share(share);
                return std::string();
            },
            ""))
        ->capture_default_str();
    app.add_option("--placements", question.placements,
                   "placements to compare; with --simulate also 2lm (DRAM as a hardware cache)")
        ->delimiter(',')
        ->capture_default_str();
    add_number(app, "--iterations", question.iterations, positive,
               "measured iterations of each run, after one warm-up iteration")
        ->capture_default_str();
    app.add_option("--csv", flags.csv, "write the points here");
    app.add_option("--picture", flags.picture, "draw them here (PNG, by gnuplot)");
    flags.output.add_to(app);
    return run(app, argc, argv, [&] { work(flags, {argv, static_cast<std::size_t>(argc)}); });
}
