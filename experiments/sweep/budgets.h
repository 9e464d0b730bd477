// The DRAM budgets of a sweep, as --shares names them.
#pragma once

#include <string>
#include <vector>

#include "framework/base/units.h"

namespace experiments::sweep {

struct Budget {
    std::string dram;  // as --dram takes it
    framework::Bytes bytes = 0;
    double percent = 0;  // of what all-DRAM needs
};

// One of --shares as --dram takes it: "20" is 20%, a number with a point up to 1 ("0.2", "1.0") is a
// fraction, and "20%", "4:1" and "6GiB" are as they are. Throws UsageError.
std::string dram_of_share(const std::string& share);

// The budgets in rising order, each once; `all` is what all-DRAM needs.
std::vector<Budget> budgets_of(const std::vector<std::string>& shares, framework::Bytes all);

std::string print_percent(double percent);  // "20 %", "12.5 %"

}  // namespace experiments::sweep
