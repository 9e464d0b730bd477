#include "experiments/sweep/budgets.h"

#include <algorithm>
#include <cmath>

#include "experiments/common/options.h"
#include "framework/base/error.h"
#include "framework/base/numbers.h"

namespace experiments::sweep {

using framework::Bytes;

std::string dram_of_share(const std::string& share) {
    const bool fraction = share.find('.') != std::string::npos;
    std::string dram = share;
    if (const auto number = framework::parse_number<double>(share))
        dram = framework::print_number(fraction && *number <= 1 ? 100 * *number : *number) + '%';
    const auto percent =
        dram.ends_with('%')
            ? framework::parse_number<double>(std::string_view(dram).substr(0, dram.size() - 1))
            : std::optional(100.0);
    const bool known = percent && *percent > 0 && *percent <= 100 && dram != PlacementFlags::free_now;
    const bool sized = dram.find_first_of("0123456789") != std::string::npos;
    framework::require<framework::UsageError>(known && sized, "--shares: ", framework::in_quotes(share),
                                              " is no share of what all-DRAM needs; write percent up to 100 "
                                              "(20, 0.5%), a fraction with a point (0.2, 1.0), "
                                              "slow:DRAM (4:1) or a size (6GiB)");
    dram_budget(dram, 0);  // refuses what is no ratio or size
    return dram;
}

std::vector<Budget> budgets_of(const std::vector<std::string>& shares, Bytes all) {
    std::vector<Budget> budgets;
    for (const std::string& share : shares) {
        Budget budget{.dram = dram_of_share(share)};
        budget.bytes = dram_budget(budget.dram, all);
        budget.percent = budget.dram.ends_with('%')
                             ? *framework::parse_number<double>(budget.dram.substr(0, budget.dram.size() - 1))
                             : 100 * static_cast<double>(budget.bytes) / static_cast<double>(all);
        budgets.push_back(std::move(budget));
    }
    std::ranges::stable_sort(budgets, {}, &Budget::bytes);
    const auto again = std::ranges::unique(budgets, {}, &Budget::bytes);
    budgets.erase(again.begin(), again.end());
    return budgets;
}

std::string print_percent(double percent) {
    const double tenths = std::round(10 * percent);
    return framework::fixed(tenths / 10, std::fmod(tenths, 10) == 0 ? 0 : 1) + " %";
}

}  // namespace experiments::sweep
