#include "experiments/sweep/points.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iomanip>
#include <iostream>

#include "experiments/common/csv.h"
#include "framework/base/error.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"
#include "runtime/host/team.h"
#include "runtime/profiling/platform.h"

namespace experiments::sweep {

using framework::fixed;
using framework::print_bytes;
using framework::print_seconds;

bool same_losses(const std::vector<Point>& points) {
    const std::vector<float>* first = nullptr;
    for (const Point& p : points) {
        if (!p.run) continue;
        const std::vector<float>& losses = p.run->losses;
        if (!first) first = &losses;
        if (std::memcmp(first->data(), losses.data(), losses.size() * sizeof(float)) != 0) return false;
    }
    return true;
}

double bound_at(const std::vector<Point>& points, double share) {
    double bound = 0;
    for (const Point& p : points) {
        if (p.share == share && p.result.plan && p.result.certificate.moving)
            bound = std::max(bound, p.result.bound_s / p.all_dram_s);
    }
    return bound;
}

framework::Seconds all_dram_of(const std::vector<Point>& points) {
    for (const Point& p : points) {
        if (p.placement == "dram" && p.run) return p.value();
    }
    return points.front().all_dram_s;
}

namespace {

// Prints the hit and miss rates of memory mode at this share; nothing if the sweep has no 2lm.
void print_cache(const std::vector<Point>& points, double share) {
    for (const Point& p : points) {
        if (p.share != share || !p.memory_mode) continue;
        const optimizer::CacheAccesses all = p.memory_mode->accesses();
        std::cout << std::setw(13) << fixed(100 * all.share(all.hits), 1) + " %";
        for (const framework::Bytes misses : {all.clean_misses, all.dirty_misses})
            std::cout << std::setw(10) << fixed(100 * all.share(misses), 1) + " %";
    }
}

}  // namespace

void print_predicted(const Question& question, const std::vector<Point>& points) {
    const bool caches = std::ranges::any_of(points, [](const Point& p) { return p.memory_mode.has_value(); });
    std::cout << std::setw(8) << "DRAM" << std::setw(11) << "budget";
    for (const std::string& placement : question.placements) std::cout << std::setw(13) << placement;
    std::cout << std::setw(13) << "bound";
    if (caches)
        std::cout << std::setw(13) << "2lm: hits" << std::setw(10) << "clean" << std::setw(10) << "dirty";
    std::cout << "   (time per iteration, all-DRAM = 1, " << question.placement.mode() << ")\n";
    for (const auto& [dram, bytes, share] : question.budgets) {
        std::cout << std::setw(8) << print_percent(share) << std::setw(11) << print_bytes(bytes);
        for (const Point& p : points) {
            if (p.share != share) continue;
            if (p.has_time()) {
                std::cout << std::setw(13) << fixed(p.value() / p.all_dram_s, 3);
            } else {
                std::cout << std::setw(13) << "-";
            }
        }
        if (const double bound = bound_at(points, share); bound > 0) {
            std::cout << std::setw(13) << fixed(bound, 3);
        } else {
            std::cout << std::setw(13) << "-";
        }
        print_cache(points, share);
        std::cout << '\n';
    }
}

void print_runs(const Question& question, const std::vector<Point>& points) {
    const bool drifts = std::ranges::any_of(points, &Point::has_drift);
    const auto column = [](int width) -> std::ostream& { return std::cout << std::setw(width); };
    const auto percent = [&](double value) { column(8) << fixed(100 * value, 1) << " %"; };
    column(6) << "DRAM";
    column(13) << "placement";
    for (const char* name : {"predicted", "run"}) column(11) << name;
    for (const char* name : {"error", "drift", "corrected"}) {
        if (drifts || name == std::string("error")) column(10) << name;
    }
    for (const char* name : {"bound", "DRAM plan", "held", "of", "slow", "RSS"}) column(11) << name;
    std::cout << '\n';
    std::vector<double> errors, corrected;
    for (const Point& p : points) {
        column(6) << print_percent(p.share);
        column(13) << p.placement;
        if (!p.result.plan) {
            std::cout << "   does not fit\n";
            continue;
        }
        if (!p.again) errors.push_back(std::abs(p.error()));
        if (!p.again && p.has_drift())
            corrected.push_back(std::abs(p.error_corrected(question.placement.emulate)));
        column(11) << print_seconds(p.result.predicted_s);
        column(11) << print_seconds(p.value());
        percent(p.error());
        if (p.has_drift()) {
            percent(p.run->drift - 1);
            percent(p.error_corrected(question.placement.emulate));
        }
        const char* of = p.placement == "static" ? "*" : "";
        column(11) << (p.result.bound_s > 0 ? print_seconds(p.result.bound_s) + of : "-");
        for (const framework::Bytes bytes : {p.result.plan->arena[framework::Tier::dram],
                                             p.run->memory["dram_resident_bytes"].get<framework::Bytes>(),
                                             p.limit, p.result.plan->arena[framework::Tier::slow],
                                             p.run->memory["rss_peak_bytes"].get<framework::Bytes>()})
            column(11) << print_bytes(bytes);
        std::cout << '\n';
    }
    std::cout << "bound: no plan is predicted to take less; *: bound for plans without moves\n";
    if (errors.empty()) return;
    const auto summary = [](const std::vector<double>& all) {
        return framework::text("median ", fixed(100 * median(all), 1), " %, largest ",
                               fixed(100 * *std::ranges::max_element(all), 1), " %");
    };
    std::cout << "prediction error over " << errors.size() << " runs: " << summary(errors);
    if (!corrected.empty())
        std::cout
            << "; corrected for this machine's speed at the time (drift of all-DRAM iterations before and "
               "after each run): "
            << summary(corrected);
    std::cout << "\nlosses of " << question.iterations + 1 << " iterations "
              << (same_losses(points) ? "the same bit for bit" : "NOT the same") << " in all runs; "
              << question.placement.mode() << ", medians of " << question.iterations << " iterations\n";
}

std::string csv_of(const Question& question, const std::vector<Point>& points) {
    framework::TextStream csv;
    const std::string threads = question.placement.simulate ? "" : std::to_string(runtime::team_size());
    csv << "model,batch,mode,machine,threads,seed,dram_percent,dram_limit_bytes,placement,dram_peak_bytes,"
           "slow_peak_bytes,predicted_s,bound_s,bound_of,all_dram_s,gap,solve_s,"
           "iteration_s,min_s,max_s,drift,same_run_as_before,"
           "dram_resident_bytes,rss_peak_bytes,hit_rate,clean_miss_rate,dirty_miss_rate,commit,host,"
           "arguments\n";
    const std::string made_by =
        built_commit() + ',' + csv_field(runtime::processor()) + ',' + csv_field(question.arguments);
    for (const Point& p : points) {
        csv << question.model.name << ',' << question.model.batch << ',' << question.placement.mode() << ','
            << question.placement.machine << ',' << threads << ',' << question.model.seed << ',' << p.share
            << ',' << p.limit << ',' << p.placement << ',';
        if (p.result.plan) {
            csv << p.result.plan->arena[framework::Tier::dram] << ','
                << p.result.plan->arena[framework::Tier::slow] << ',' << p.result.predicted_s << ',';
            if (p.result.bound_s > 0)
                csv << p.result.bound_s << ',' << (p.result.certificate.moving ? "all" : "static");
            else
                csv << ',';
            csv << ',' << p.all_dram_s << ',';
            if (p.result.bound_s > 0) csv << p.result.gap;
            csv << ',' << p.result.solve_s << ',';
        } else if (p.memory_mode) {
            csv << ',' << p.memory_mode->pool_bytes << ',' << p.predicted_s() << ",,," << p.all_dram_s
                << ",,,";
        } else {
            csv << "infeasible,,,,,,,,";
        }
        if (p.run) {
            const auto [least, most] = std::ranges::minmax(p.run->seconds);
            csv << median(p.run->seconds) << ',' << least << ',' << most << ',';
            if (p.has_drift()) csv << p.run->drift;
            csv << ',' << p.again << ',' << p.run->memory["dram_resident_bytes"] << ','
                << p.run->memory["rss_peak_bytes"] << ',';
        } else {
            csv << ",,,,,,,";
        }
        if (p.memory_mode) {
            const optimizer::CacheAccesses all = p.memory_mode->accesses();
            csv << all.share(all.hits) << ',' << all.share(all.clean_misses) << ','
                << all.share(all.dirty_misses) << ',';
        } else {
            csv << ",,,";
        }
        csv << made_by << '\n';
    }
    return csv.str();
}

Json json_of(const std::vector<Point>& points) {
    Json list = Json::array();
    for (const Point& p : points) {
        Json point{{"dram_percent", p.share}, {"dram_limit_bytes", p.limit}, {"placement", p.placement}};
        if (p.memory_mode) {
            point["slow_peak_bytes"] = p.memory_mode->pool_bytes;
            point["predicted_s"] = p.predicted_s();
            point["all_dram_s"] = p.all_dram_s;
            point["cache"] = cache_report(*p.memory_mode);
            list.push_back(std::move(point));
            continue;
        }
        point["status"] = optimizer::name_of(p.result.status);
        if (!p.result.plan) point["reason"] = p.result.reason;
        if (p.result.plan) {
            point["dram_peak_bytes"] = p.result.plan->arena[framework::Tier::dram];
            point["slow_peak_bytes"] = p.result.plan->arena[framework::Tier::slow];
            point["predicted_s"] = p.result.predicted_s;
            if (p.result.bound_s > 0) point["bound_s"] = p.result.bound_s;
            if (p.result.bound_s > 0) point["bound_of"] = p.result.certificate.moving ? "all" : "static";
            if (p.result.bound_s > 0) point["gap"] = p.result.gap;
            point["all_dram_s"] = p.all_dram_s;
            point["solve_s"] = p.result.solve_s;
        }
        if (p.run) {
            point["iterations"] = statistics(p.run->seconds);
            if (p.has_drift()) point["drift"] = p.run->drift;
            if (p.again) point["same_run_as_before"] = true;
            point["losses"] = p.run->losses;
            point["memory"] = p.run->memory;
        }
        list.push_back(std::move(point));
    }
    return list;
}

}  // namespace experiments::sweep
