#include "experiments/sweep/picture.h"

#include <algorithm>
#include <array>

#include "experiments/common/gnuplot.h"
#include "framework/base/error.h"
#include "framework/base/numbers.h"

namespace experiments::sweep {

namespace {

struct Look {
    const char* placement;
    const char* style;
};
constexpr std::array looks{
    Look{"slow", "linespoints linewidth 2 dashtype 3 pointtype 2 pointsize 1.2 linecolor '#000000'"},
    Look{"first-touch", "linespoints linewidth 2 dashtype 4 pointtype 6 pointsize 1.2 linecolor '#009E73'"},
    Look{"2lm", "linespoints linewidth 2 dashtype 5 pointtype 12 pointsize 1.4 linecolor '#CC79A7'"},
    Look{"static", "linespoints linewidth 2 dashtype 2 pointtype 8 pointsize 1.3 linecolor '#E69F00'"},
    Look{"greedy", "linespoints linewidth 2 dashtype 6 pointtype 4 pointsize 1.2 linecolor '#0072B2'"},
    Look{"synchronous", "linespoints linewidth 4 pointtype 7 pointsize 1.3 linecolor '#D55E00'"}};

// gnuplot's words for a second axis that has the budgets as sizes.
std::string size_axis(const Point& point) {
    const double all = 100 * static_cast<double>(point.limit) / point.share;
    const bool large = all >= static_cast<double>(framework::Bytes{1} << 30);
    const double unit = (large ? 1 << 30 : 1 << 20), each = all / 100 / unit;
    return framework::text("set xtics nomirror\nset x2tics\nset format x2 '%.3h'\nset link x2 via ", each,
                           "*x inverse x/", each, "\nset x2label 'DRAM, ", large ? "GiB" : "MiB", "'\n");
}

}  // namespace

void draw_points(const Question& question, const std::vector<Point>& points, const std::string& file) {
    if (points.empty()) return;
    const PlacementFlags& placement = question.placement;
    const framework::Seconds all_dram_s = all_dram_of(points);
    Picture picture{
        .title =
            framework::text(question.model.name, ", batch ", question.model.batch, ", ", placement.mode(),
                            placement.machine.empty() ? "" : ", machine " + placement.machine),
        .x = "DRAM, % of what all-DRAM needs",
        .y = "time per iteration, all-DRAM = 1",
        .options = size_axis(points.back()) + "set key outside bottom center horizontal\nset yrange [0.9:*]"};
    Series bound{.title = "no plan can be here", .style = "filledcurves y=0 linecolor '#D9D9D9'"};
    for (const Budget& budget : question.budgets) {
        if (const double at = bound_at(points, budget.percent); at > 0)
            bound.points.emplace_back(budget.percent, at * points.front().all_dram_s / all_dram_s);
    }
    picture.series.push_back(std::move(bound));
    for (const auto& [name, style] : looks) {
        if (std::ranges::find(question.placements, name) == question.placements.end()) continue;
        Series line{.title = name, .style = style};
        for (const Point& p : points) {
            if (p.placement == name && p.has_time())
                line.points.emplace_back(p.share, p.value() / all_dram_s);
        }
        picture.series.push_back(std::move(line));
    }
    draw(picture, file);
}

}  // namespace experiments::sweep
