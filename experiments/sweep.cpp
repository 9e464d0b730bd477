// Predicted time per iteration against DRAM, every placement, with the bound: table, CSV, picture. Seconds to
// minutes.
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "experiments/common/main.h"
#include "experiments/common/report.h"
#include "experiments/common/session.h"
#include "optimizer/placement.h"
#include "runtime/data/files.h"

namespace {

using namespace experiments;

struct Flags {
    ModelFlags model;
    PlacementFlags placement;
    std::vector<int> shares{10, 20, 30, 40, 50, 60, 70, 80, 90, 100};  // percent of the all-DRAM peak
    std::string csv, picture;
    bool quiet = false;
};

struct Point {
    int share;
    std::string placement;
    bool fits;
    optimizer::Result result;
    framework::Bytes limit;
    framework::Seconds all_dram_s;
};

void write_text(const std::string& path, const std::string& content) {
    runtime::data::write_file(path, {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
}

std::string csv_of(const Flags& flags, const std::vector<Point>& points) {
    std::ostringstream csv;
    csv << "model,batch,mode,machine,seed,dram_percent,dram_bytes,placement,predicted_s,bound_s,all_dram_s,"
           "gap,solve_s,"
           "commit\n";
    for (const Point& p : points) {
        csv << flags.model.name << ',' << flags.model.batch << ',' << flags.placement.mode() << ','
            << flags.placement.machine << ',' << flags.model.seed << ',' << p.share << ',' << p.limit << ','
            << p.placement << ',';
        if (p.fits) {
            csv << p.result.predicted_s << ',' << p.result.bound_s << ',' << p.all_dram_s << ','
                << p.result.gap << ',' << p.result.solve_s;
        } else {
            csv << "infeasible,,,,";
        }
        csv << ',' << built_commit() << '\n';
    }
    return csv.str();
}

// gnuplot draws; a line for each placement, and the bound of the synchronous one.
void draw(const Flags& flags, const std::vector<Point>& points) {
    std::ostringstream script;
    script << "set terminal pngcairo size 900,540 font 'sans,11'\nset output '" << flags.picture << "'\n"
           << "set title '" << flags.model.name << ", batch " << flags.model.batch << ", "
           << flags.placement.mode()
           << (flags.placement.machine.empty() ? "" : ", machine " + flags.placement.machine)
           << "' noenhanced\n"
           << "set xlabel 'DRAM, % of what all-DRAM needs'\nset ylabel 'time per iteration, all-DRAM = 1'\n"
           << "set grid\nset key top right\nset yrange [0.9:*]\nplot ";
    std::ostringstream blocks;
    std::string separator;
    for (const optimizer::Placement placement : optimizer::placements()) {
        const std::string name = optimizer::name_of(placement);
        if (placement == optimizer::Placement::dram) continue;
        script << separator << "'-' with linespoints linewidth 2 title '" << name << "'";
        separator = ", ";
        for (const Point& p : points) {
            if (p.placement == name && p.fits)
                blocks << p.share << ' ' << p.result.predicted_s / p.all_dram_s << '\n';
        }
        blocks << "e\n";
    }
    script << ", '-' with lines dashtype 2 linecolor 'black' title 'certified bound'\n";
    for (const Point& p : points) {
        if (p.placement == "synchronous" && p.fits)
            blocks << p.share << ' ' << p.result.bound_s / p.all_dram_s << '\n';
    }
    blocks << "e\n";
    FILE* gnuplot = popen("gnuplot", "w");
    const std::string text = script.str() + blocks.str();
    const bool written = gnuplot && std::fwrite(text.data(), 1, text.size(), gnuplot) == text.size();
    framework::require<framework::Error>(gnuplot && pclose(gnuplot) == 0 && written, "gnuplot did not draw ",
                                         flags.picture,
                                         "; install the package gnuplot-nox, or leave --picture out");
}

void print_table(const std::vector<Point>& points, const Flags& flags) {
    std::cout << std::setw(8) << "DRAM";
    for (const optimizer::Placement placement : optimizer::placements()) {
        std::cout << std::setw(13) << optimizer::name_of(placement);
    }
    std::cout << std::setw(13) << "bound"
              << "   (time per iteration, all-DRAM = 1, " << flags.placement.mode() << ")\n";
    for (const int share : flags.shares) {
        std::cout << std::setw(6) << share << " %" << std::fixed << std::setprecision(3);
        double bound = 0;
        for (const Point& p : points) {
            if (p.share != share) continue;
            if (p.fits) {
                std::cout << std::setw(13) << p.result.predicted_s / p.all_dram_s;
            } else {
                std::cout << std::setw(13) << "-";
            }
            if (p.fits && p.placement == "synchronous") bound = p.result.bound_s / p.all_dram_s;
        }
        std::cout << std::setw(13) << bound << '\n';
    }
}

void work(const Flags& flags) {
    flags.model.apply_threads();
    Progress progress(flags.quiet);
    const framework::Graph graph =
        models::training(flags.model.name,
                         {.batch = flags.model.batch,
                          .image_size = flags.model.image_size,
                          .classes = flags.model.classes ? flags.model.classes : 1000},
                         sgd_of(flags.model.name));
    const Measured measured = measure(graph, flags.model, flags.placement, progress);
    std::vector<Point> points;
    for (const int share : flags.shares) {
        for (const optimizer::Placement placement : optimizer::placements()) {
            PlacementFlags wanted = flags.placement;
            wanted.placement = optimizer::name_of(placement);
            wanted.dram = std::to_string(share) + "%";
            progress.show(framework::text(wanted.placement, " at ", wanted.dram));
            Planned planned = try_plan(measured, wanted);
            points.push_back({share, wanted.placement, planned.result.plan.has_value(), planned.result,
                              planned.limit, planned.all_dram_s});
        }
    }
    if (!flags.csv.empty()) write_text(flags.csv, csv_of(flags, points));
    if (!flags.picture.empty()) draw(flags, points);
    if (!flags.quiet) print_table(points, flags);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Predicts the time per iteration against DRAM, under every placement.", "sweep");
    Flags flags;
    flags.model.batch = 16;
    flags.model.name = "resnet50";
    flags.placement.time_limit = 5;
    flags.model.add_to(app);
    flags.placement.add_to(app);
    for (const char* set_by_the_sweep : {"--dram", "--placement"})
        app.remove_option(app.get_option(set_by_the_sweep));
    app.add_option("--shares", flags.shares, "DRAM, in percent of what all-DRAM needs")
        ->delimiter(',')
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app.add_option("--csv", flags.csv, "write the points here");
    app.add_option("--picture", flags.picture, "draw them here (PNG, by gnuplot)");
    app.add_flag("--quiet", flags.quiet, "print nothing but errors");
    return run(app, argc, argv, [&] { work(flags); });
}
