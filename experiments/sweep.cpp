// Time per iteration against DRAM, every placement, with the bound: run, or --simulate. Table, CSV, picture.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>

#include "experiments/common/gnuplot.h"
#include "experiments/common/main.h"
#include "experiments/common/outputs.h"
#include "experiments/common/report.h"
#include "experiments/common/session.h"
#include "optimizer/placement.h"
#include "runtime/data/files.h"
#include "runtime/parameters.h"
#include "runtime/synthetic_inputs.h"

namespace {

using namespace experiments;

struct Flags {
    ModelFlags model;
    PlacementFlags placement;
    OutputFlags output;
    std::vector<int> shares{10, 20, 30, 40, 50, 60, 70, 80, 90, 100};  // percent of the all-DRAM peak
    std::vector<std::string> placements;
    int iterations = 3;
    std::string csv, picture;
};

struct Run {
    std::vector<double> seconds;  // of the counted iterations
    std::vector<float> losses;
    Json memory;
};

struct Point {
    int share = 0;
    std::string placement;
    framework::Bytes limit = 0;
    framework::Seconds all_dram_s = 0;
    optimizer::Result result{};  // no plan: none fits
    Run run{};                   // empty where nothing is run

    double value() const { return run.seconds.empty() ? result.predicted_s : median(run.seconds); }
    double error() const { return result.predicted_s / median(run.seconds) - 1; }
};

// One iteration apart, whose first touch of everything is no part of the others.
Run run_plan(Planned planned, const Flags& flags) {
    forget_peak_memory();
    Loaded loaded(std::move(planned), flags.placement);
    runtime::initialize(loaded.program, flags.model.seed);
    Run run;
    for (int number = 0; number <= flags.iterations; ++number) {
        runtime::fill_inputs(loaded.program);
        const runtime::IterationTime time = loaded.executor.run({number, flags.model.seed, 1e-3F});
        run.losses.push_back(*loaded.program.floats("loss"));
        if (number > 0) run.seconds.push_back(time.total);
    }
    Json report;
    report_memory(report, &loaded.program);
    run.memory = report["memory"];
    return run;
}

std::string csv_of(const Flags& flags, const std::vector<Point>& points) {
    std::ostringstream csv;
    csv << "model,batch,mode,machine,threads,seed,dram_percent,dram_limit_bytes,placement,dram_peak_bytes,"
           "slow_peak_bytes,predicted_s,bound_s,all_dram_s,gap,solve_s,iteration_s,min_s,max_s,"
           "dram_resident_bytes,rss_peak_bytes,commit\n";
    for (const Point& p : points) {
        csv << flags.model.name << ',' << flags.model.batch << ',' << flags.placement.mode() << ','
            << flags.placement.machine << ',' << flags.model.threads << ',' << flags.model.seed << ','
            << p.share << ',' << p.limit << ',' << p.placement << ',';
        if (p.result.plan) {
            csv << p.result.plan->dram_bytes << ',' << p.result.plan->slow_bytes << ','
                << p.result.predicted_s << ',' << p.result.bound_s << ',' << p.all_dram_s << ','
                << p.result.gap << ',' << p.result.solve_s << ',';
        } else {
            csv << "infeasible,,,,,,,";
        }
        if (p.run.seconds.empty()) {
            csv << ",,,,,";
        } else {
            const auto [least, most] = std::minmax_element(p.run.seconds.begin(), p.run.seconds.end());
            csv << median(p.run.seconds) << ',' << *least << ',' << *most << ','
                << p.run.memory["dram_resident_bytes"] << ',' << p.run.memory["rss_peak_bytes"] << ',';
        }
        csv << built_commit() << '\n';
    }
    return csv.str();
}

// A line for each placement, and the bound of the synchronous one.
void draw_points(const Flags& flags, const std::vector<Point>& points) {
    Picture picture{.title = framework::text(
                        flags.model.name, ", batch ", flags.model.batch, ", ", flags.placement.mode(),
                        flags.placement.machine.empty() ? "" : ", machine " + flags.placement.machine),
                    .x = "DRAM, % of what all-DRAM needs",
                    .y = "time per iteration, all-DRAM = 1",
                    .options = "set key top right\nset yrange [0.9:*]"};
    for (const std::string& name : flags.placements) {
        if (name == "dram") continue;
        Series line{.title = name};
        for (const Point& p : points) {
            if (p.placement == name && p.result.plan)
                line.points.emplace_back(p.share, p.value() / p.all_dram_s);
        }
        picture.series.push_back(std::move(line));
    }
    Series bound{.title = "certified bound", .style = "lines dashtype 2 linecolor 'black'"};
    for (const Point& p : points) {
        if (p.placement == "synchronous" && p.result.plan)
            bound.points.emplace_back(p.share, p.result.bound_s / p.all_dram_s);
    }
    picture.series.push_back(std::move(bound));
    draw(picture, flags.picture);
}

void print_predicted(const std::vector<Point>& points, const Flags& flags) {
    std::cout << std::setw(8) << "DRAM";
    for (const std::string& placement : flags.placements) std::cout << std::setw(13) << placement;
    std::cout << std::setw(13) << "bound"
              << "   (time per iteration, all-DRAM = 1, " << flags.placement.mode() << ")\n";
    for (const int share : flags.shares) {
        std::cout << std::setw(6) << share << " %" << std::fixed << std::setprecision(3);
        double bound = 0;
        for (const Point& p : points) {
            if (p.share != share) continue;
            if (p.result.plan) {
                std::cout << std::setw(13) << p.value() / p.all_dram_s;
            } else {
                std::cout << std::setw(13) << "-";
            }
            if (p.result.plan && p.placement == "synchronous") bound = p.result.bound_s / p.all_dram_s;
        }
        std::cout << std::setw(13) << bound << '\n';
    }
}

// Bit for bit, in all runs.
bool same_losses(const std::vector<Point>& points) {
    const std::vector<float>* first = nullptr;
    for (const Point& p : points) {
        const std::vector<float>& losses = p.run.losses;
        if (losses.empty()) continue;
        if (!first) first = &losses;
        if (std::memcmp(first->data(), losses.data(), losses.size() * sizeof(float)) != 0) return false;
    }
    return true;
}

void print_runs(const std::vector<Point>& points, const Flags& flags) {
    std::cout << std::setw(6) << "DRAM" << std::setw(14) << "placement" << std::setw(12) << "predicted"
              << std::setw(12) << "run" << std::setw(9) << "error" << std::setw(12) << "bound"
              << std::setw(12) << "DRAM plan" << std::setw(12) << "held" << std::setw(12) << "of"
              << std::setw(12) << "slow" << std::setw(12) << "RSS" << '\n';
    std::vector<double> errors;
    for (const Point& p : points) {
        std::cout << std::setw(4) << p.share << " %" << std::setw(14) << p.placement;
        if (!p.result.plan) {
            std::cout << "   does not fit\n";
            continue;
        }
        errors.push_back(std::abs(p.error()));
        std::cout << std::setw(12) << framework::print_seconds(p.result.predicted_s) << std::setw(12)
                  << framework::print_seconds(p.value()) << std::fixed << std::setprecision(1) << std::setw(7)
                  << 100 * p.error() << " %" << std::setw(12)
                  << (p.result.bound_s > 0 ? framework::print_seconds(p.result.bound_s) : "-")
                  << std::setw(12) << framework::print_bytes(p.result.plan->dram_bytes) << std::setw(12)
                  << framework::print_bytes(p.run.memory["dram_resident_bytes"]) << std::setw(12)
                  << framework::print_bytes(p.limit) << std::setw(12)
                  << framework::print_bytes(p.result.plan->slow_bytes) << std::setw(12)
                  << framework::print_bytes(p.run.memory["rss_peak_bytes"]) << '\n';
    }
    if (errors.empty()) return;
    std::cout << "prediction error: median " << 100 * median(errors) << " %, largest "
              << 100 * *std::max_element(errors.begin(), errors.end()) << " %; losses of "
              << flags.iterations + 1 << " iterations "
              << (same_losses(points) ? "the same bit for bit" : "NOT the same") << " in all "
              << errors.size() << " rows; " << flags.placement.mode() << ", medians of " << flags.iterations
              << " iterations\n";
}

Json json_of(const std::vector<Point>& points) {
    Json list = Json::array();
    for (const Point& p : points) {
        Json point{{"dram_percent", p.share}, {"dram_limit_bytes", p.limit}, {"placement", p.placement}};
        point["status"] = optimizer::name_of(p.result.status);
        if (p.result.plan) {
            point["dram_peak_bytes"] = p.result.plan->dram_bytes;
            point["slow_peak_bytes"] = p.result.plan->slow_bytes;
            point["predicted_s"] = p.result.predicted_s;
            if (p.result.bound_s > 0) point["bound_s"] = p.result.bound_s;
            if (p.result.bound_s > 0) point["gap"] = p.result.gap;
            point["all_dram_s"] = p.all_dram_s;
            point["solve_s"] = p.result.solve_s;
        }
        if (!p.run.seconds.empty()) {
            point["iterations"] = statistics(p.run.seconds);
            point["losses"] = p.run.losses;
            point["memory"] = p.run.memory;
        }
        list.push_back(std::move(point));
    }
    return list;
}

void work(Flags flags, std::span<char* const> arguments) {
    for (const auto& [flag, file] :
         {std::pair{"--report", flags.output.report}, {"--csv", flags.csv}, {"--picture", flags.picture}})
        check_output(flag, file);
    flags.model.apply_threads();
    for (const std::string& placement : flags.placements) optimizer::parse_placement(placement);
    Progress progress(flags.output.quiet);
    Json report = new_report("sweep", arguments, flags.placement.mode());
    const framework::Graph graph = training_graph(flags.model);
    report_model(report, flags.model.name, flags.model.batch, graph);
    const Measured measured = measure(graph, flags.model, flags.placement, progress);
    // In rising order, each placement from its plan for less DRAM: more is never slower.
    std::sort(flags.shares.begin(), flags.shares.end());
    std::map<std::string, framework::Plan> before;
    std::vector<Point> points;
    for (const int share : flags.shares) {
        for (const std::string& placement : flags.placements) {
            PlacementFlags wanted = flags.placement;
            wanted.placement = placement;
            wanted.dram = std::to_string(share) + "%";
            const auto start = before.find(placement);
            Planned planned = try_plan(measured, wanted, start == before.end() ? nullptr : &start->second);
            if (planned.result.plan) before[placement] = *planned.result.plan;
            Point point{share, placement, planned.limit, planned.all_dram_s, planned.result};
            // The same plan again is the same run again.
            const auto again = std::find_if(points.begin(), points.end(), [&](const Point& p) {
                return planned.result.plan && p.result.plan && *p.result.plan == *planned.result.plan;
            });
            if (again != points.end()) {
                point.run = again->run;
            } else if (!flags.placement.simulate && planned.result.plan) {
                progress.show(framework::text(placement, " at ", wanted.dram));
                point.run = run_plan(std::move(planned), flags);
            }
            points.push_back(std::move(point));
        }
    }
    report["points"] = json_of(points);
    if (!flags.output.report.empty()) write_json(flags.output.report, report);
    if (!flags.csv.empty()) runtime::data::write_file(flags.csv, csv_of(flags, points));
    if (!flags.picture.empty()) draw_points(flags, points);
    if (!flags.output.quiet) {
        progress.say("");
        flags.placement.simulate ? print_predicted(points, flags) : print_runs(points, flags);
    }
    framework::require<framework::Error>(same_losses(points),
                                         "placements changed the losses, which they must not");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Time per iteration against DRAM, under every placement.", "sweep");
    Flags flags;
    flags.model.batch = 16;
    flags.model.name = "resnet50";
    flags.placement.time_limit = 5;
    for (const optimizer::Placement placement : optimizer::placements())
        flags.placements.push_back(optimizer::name_of(placement));
    flags.model.add_to(app);
    flags.placement.add_to(app);
    for (const char* set_by_the_sweep : {"--dram", "--placement"})
        app.remove_option(app.get_option(set_by_the_sweep));
    app.add_option("--shares", flags.shares, "DRAM, in percent of what all-DRAM needs")
        ->delimiter(',')
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app.add_option("--placements", flags.placements, "those to compare")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--iterations", flags.iterations, "counted ones of each run, after one that is not")
        ->check(positive)
        ->capture_default_str();
    app.add_option("--csv", flags.csv, "write the points here");
    app.add_option("--picture", flags.picture, "draw them here (PNG, by gnuplot)");
    flags.output.add_to(app);
    return run(app, argc, argv, [&] { work(flags, {argv, static_cast<std::size_t>(argc)}); });
}
