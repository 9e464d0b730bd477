#include "optimizer/feasibility.h"

#include <algorithm>
#include <array>

#include "framework/base/error.h"
#include "optimizer/addresses/plan_builder.h"

namespace optimizer {

using framework::Bytes;
using framework::print_bytes;
using framework::Step;
using framework::Storage;
using framework::StorageId;
using framework::text;
using framework::Tier;

SmallestBudget smallest_budget(const framework::Schedule& schedule) {
    auto pinned = ByStep<Bytes>::filled(schedule.steps());
    for (const Storage& storage : schedule.storages()) {
        for (const framework::Use& use : storage.uses) {
            if (!use.may_be_slow()) pinned[use.step] += framework::aligned(storage.bytes);
        }
    }
    const auto most = std::max_element(pinned.begin(), pinned.end());
    if (most == pinned.end() || *most == 0) return {};
    return {*most, Step(most - pinned.begin())};
}

std::string budget_text(Bytes bytes) {
    struct Unit {
        const char* name;
        Bytes size, from;
    };
    constexpr std::array units{Unit{"GiB", Bytes{1} << 30, 100}, Unit{"MiB", Bytes{1} << 20, 10},
                               Unit{"KiB", Bytes{1} << 10, 10}};
    for (const auto& [name, size, from] : units) {
        if (bytes >= from * size) return text((bytes + size - 1) / size, name);
    }
    return text(bytes, "B");
}

std::string kernel_text(const framework::Schedule& schedule, Step step) {
    std::string operands;
    for (const StorageId operand : schedule.operands(step)) {
        const Storage& storage = schedule.storages()[operand];
        operands += text(operands.empty() ? "" : ", ", storage.name, ' ', print_bytes(storage.bytes),
                         storage.use_at(step).may_be_slow() ? "" : ", in DRAM only");
    }
    return text("kernel ", schedule.kernel(step), " (", operands, ")");
}

std::string all_dram_reason(const Problem& problem, Bytes needed) {
    const ByStep<Bytes> live = problem.schedule.live_bytes();
    const Step peak(std::max_element(live.begin(), live.end()) - live.begin());
    return text("everything in DRAM takes ", print_bytes(needed), ", most of it at ",
                kernel_text(problem.schedule, peak), ", ", print_bytes(needed - problem.dram_budget),
                " more than the budget of ", print_bytes(problem.dram_budget),
                "; use --placement synchronous, or --dram ", budget_text(needed));
}

std::string infeasible_reason(const Problem& problem) {
    const auto& schedule = problem.schedule;
    const SmallestBudget least = smallest_budget(schedule);
    if (problem.dram_budget < least.bytes) {
        return text(kernel_text(schedule, least.step), " needs ", print_bytes(least.bytes),
                    " of DRAM for what slow memory may not serve, ",
                    print_bytes(least.bytes - problem.dram_budget), " more than the budget of ",
                    print_bytes(problem.dram_budget), "; the smallest budget that works is --dram ",
                    budget_text(least.bytes));
    }
    if (problem.slow_capacity == 0) return {};
    const ByStep<Bytes> live = schedule.live_bytes();
    const auto most = std::max_element(live.begin(), live.end());
    if (most == live.end() || *most <= problem.dram_budget + problem.slow_capacity) return {};
    const Step step(most - live.begin());
    return text("at kernel ", schedule.kernel(step), ' ', print_bytes(*most), " are live, ",
                print_bytes(*most - problem.dram_budget - problem.slow_capacity), " more than ",
                print_bytes(problem.dram_budget), " of DRAM and ", print_bytes(problem.slow_capacity),
                " of slow memory hold together; use --dram ", budget_text(*most - problem.slow_capacity),
                ", or a --slow with that much more room");
}

std::string for_life_reason(const Instance& instance) {
    if (std::ranges::none_of(instance.items, &Item::needs_dram)) return {};
    const Problem& problem = instance.problem;
    framework::Plan plan = unplaced_plan(instance, least_routes(instance, Freedom::static_));
    place(plan, Tier::dram, problem.schedule);
    const Bytes needed = plan.arena[Tier::dram];
    if (needed <= problem.dram_budget) return {};
    const ByStep<Bytes> live = framework::live_bytes(problem.schedule, plan, Tier::dram);
    const Step most(std::max_element(live.begin(), live.end()) - live.begin());
    return text("without moves, what a kernel must find in DRAM is there for life, which takes ",
                print_bytes(needed), ", most of it at ", kernel_text(problem.schedule, most), ", ",
                print_bytes(needed - problem.dram_budget), " more than the budget of ",
                print_bytes(problem.dram_budget), "; use --placement synchronous, or --dram ",
                budget_text(needed));
}

}  // namespace optimizer
