// Plan files of small problems, as JSON text, to be checked, changed and checked again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "framework/base/error.h"
#include "framework/base/json.h"
#include "optimizer/proof/check.h"
#include "optimizer/proof/document.h"
#include "optimizer/proof/plan_file.h"
#include "tests/support/random_graph.h"

namespace plans {

// Why the checker refuses it; empty if it accepts it.
inline std::string refusal(const std::string& content) {
    try {
        const framework::JsonFile file(
            "plan", {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
        optimizer::check(optimizer::read_document(file));
        return {};
    } catch (const framework::DataError& error) {
        return error.what();
    }
}

// A solved random problem, of every second seed with uses that DRAM alone serves; nothing where there is no
// plan.
inline std::optional<std::string> plan_file(unsigned seed, int ops, support::Kernels kernels,
                                            optimizer::Placement placement, double share, double gap) {
    const framework::Schedule schedule = support::with_dram_uses(
        framework::Schedule(support::random_graph(seed, ops)), seed, seed % 2 == 0 ? 0 : 10);
    optimizer::SavedPlan saved{
        .placement = placement,
        .dram_budget = static_cast<framework::Bytes>(share * static_cast<double>(schedule.peak_bytes())),
        .profile = support::random_profile(schedule, seed, kernels),
        .mode = "measured",
        .host = "two threads",
        .gap = gap};
    if (seed % 3 == 0) saved.slow_capacity = framework::Bytes{1} << 40;
    saved.result = optimizer::solve(placement,
                                    {.schedule = schedule,
                                     .profile = saved.profile,
                                     .dram_budget = saved.dram_budget,
                                     .slow_capacity = saved.slow_capacity},
                                    {.gap = gap});
    if (!saved.result.plan) return std::nullopt;
    return optimizer::print_document(optimizer::stored_plan(schedule, saved));
}

// Plan files of all placements, with several budgets, additive and other kernels; some certificates have
// branches.
inline std::vector<std::string> plan_files(unsigned seeds) {
    std::vector<std::string> files;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        for (const optimizer::Placement placement : optimizer::placements()) {
            for (const double share : {0.3, 0.6, 1.0}) {
                const auto kernels = seed % 2 == 0 ? support::Kernels::tables : support::Kernels::additive;
                auto file = plan_file(seed, 6 + static_cast<int>(seed % 3) * 3, kernels, placement, share,
                                      seed % 2 == 0 ? 0 : 1e-3);
                if (file) files.push_back(std::move(*file));
            }
        }
    }
    return files;
}

}  // namespace plans
