#include "experiments/sweep/least.h"

#include <array>

#include "framework/base/error.h"
#include "framework/base/text.h"

namespace experiments::sweep {

namespace {

constexpr std::array within{0.01, 0.05, 0.1};

}  // namespace

const Point* least_dram(const std::vector<Point>& points, double more) {
    const Point* least = nullptr;
    for (const Point& p : points) {
        if (!p.has_time() || p.value() > (1 + more) * all_dram_of(points)) continue;
        const bool better =
            !least || p.limit < least->limit || (p.limit == least->limit && p.value() < least->value());
        if (better) least = &p;
    }
    return least;
}

std::string print_least(const std::vector<Point>& points) {
    std::string answer;
    for (std::size_t first = 0, next = 0; first < within.size(); first = next) {
        const Point* least = least_dram(points, within[first]);
        std::string limits;
        for (; next < within.size() && least_dram(points, within[next]) == least; ++next)
            limits += (next == first ? "" : " or ") + print_percent(100 * within[next]);
        answer += framework::text(
            least ? "The least of these budgets" : "None of these budgets is enough",
            " for an iteration that takes at most ", limits, " longer than with everything in DRAM",
            least ? framework::text(": ", framework::print_bytes(least->limit), " (",
                                    print_percent(least->share), ", ", least->placement, ")")
                  : "",
            ".\n");
    }
    return answer;
}

Json json_of_least(const std::vector<Point>& points) {
    Json list = Json::array();
    for (const double more : within) {
        const Point* least = least_dram(points, more);
        if (!least) continue;
        list.push_back({{"within", more},
                        {"dram_limit_bytes", least->limit},
                        {"dram_percent", least->share},
                        {"placement", least->placement}});
    }
    return list;
}

}  // namespace experiments::sweep
