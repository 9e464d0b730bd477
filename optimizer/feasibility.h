// The least DRAM that any plan can do with, and why a budget below it is none.
#pragma once

#include <string>

#include "optimizer/model/instance.h"

namespace optimizer {

// The operands that a kernel must find in DRAM, its scratch among them, need it while the kernel runs. This
// is the most that they need at any kernel.
struct SmallestBudget {
    framework::Bytes bytes = 0;
    framework::Step step = -1;  // of the kernel that needs it; -1: none needs any
};
SmallestBudget smallest_budget(const framework::Schedule& schedule);

// The bytes as --dram takes them, rounded up to a whole number of at least two digits: "247MiB", "2366KiB".
std::string budget_text(framework::Bytes bytes);

// "kernel conv1 (images 36.8 MiB, conv1.w 37.5 KiB, conv1.y 196 MiB)"
std::string kernel_text(const framework::Schedule& schedule, framework::Step step);

// Why everything in DRAM, which takes `needed` bytes, is more than the budget.
std::string all_dram_reason(const Problem& problem, framework::Bytes needed);

// Names the kernel, its operands, the bytes that are missing and the smallest budget; or, where the two tiers
// together are too small, the step at which they are. Empty where some plan fits.
std::string infeasible_reason(const Problem& problem);

// The same for plans without moves: what a kernel must find in DRAM is there for life.
std::string for_life_reason(const Instance& instance);

}  // namespace optimizer
