#include "optimizer/feasibility.h"

#include <algorithm>

#include "framework/base/error.h"

namespace optimizer {

using framework::Bytes;
using framework::print_bytes;
using framework::Role;
using framework::Storage;
using framework::text;

SmallestBudget smallest_budget(const framework::Graph& graph, const framework::Schedule& schedule) {
    std::vector<Bytes> scratch(static_cast<std::size_t>(schedule.steps()), 0);
    for (const Storage& storage : schedule.storages()) {
        if (graph.tensor(storage.tensor).role != Role::scratch) continue;
        for (int step = storage.live.first; step < storage.live.last; ++step) {
            scratch[static_cast<std::size_t>(step)] += framework::aligned(storage.bytes);
        }
    }
    const auto most = std::max_element(scratch.begin(), scratch.end());
    if (most == scratch.end() || *most == 0) return {};
    return {*most, static_cast<int>(most - scratch.begin())};
}

std::string kernel_text(const framework::Graph& graph, const framework::Schedule& schedule, int step) {
    std::string operands;
    for (const int operand : schedule.operands(step)) {
        const Storage& storage = schedule.storages()[static_cast<std::size_t>(operand)];
        const framework::TensorNode& tensor = graph.tensor(storage.tensor);
        operands += text(operands.empty() ? "" : ", ", tensor.name, ' ', print_bytes(storage.bytes),
                         tensor.role == Role::scratch ? " (scratch)" : "");
    }
    return text("kernel ", graph.op(schedule.op(step)).name, " (", operands, ")");
}

std::string all_dram_reason(const Problem& problem, Bytes needed) {
    const std::vector<Bytes> live = problem.schedule.live_bytes();
    const auto peak = static_cast<int>(std::max_element(live.begin(), live.end()) - live.begin());
    return text("everything in DRAM takes ", needed, " bytes (", print_bytes(needed), "), most of it at ",
                kernel_text(problem.graph, problem.schedule, peak), ", ",
                print_bytes(needed - problem.dram_budget), " more than the budget of ",
                print_bytes(problem.dram_budget),
                "; give at least that, or choose a placement that uses slow memory");
}

std::string infeasible_reason(const Problem& problem) {
    const auto& schedule = problem.schedule;
    const SmallestBudget least = smallest_budget(problem.graph, schedule);
    if (problem.dram_budget < least.bytes) {
        return text(kernel_text(problem.graph, schedule, least.step), " needs ", print_bytes(least.bytes),
                    " of DRAM for its scratch, ", print_bytes(least.bytes - problem.dram_budget),
                    " more than the budget of ", print_bytes(problem.dram_budget),
                    "; the smallest budget that works is ", least.bytes, " bytes");
    }
    if (problem.slow_capacity == 0) return {};
    const std::vector<Bytes> live = schedule.live_bytes();
    const auto most = std::max_element(live.begin(), live.end());
    if (most == live.end() || *most <= problem.dram_budget + problem.slow_capacity) return {};
    const auto step = static_cast<int>(most - live.begin());
    return text("at kernel ", problem.graph.op(schedule.op(step)).name, ' ', print_bytes(*most),
                " are live, ", print_bytes(*most - problem.dram_budget - problem.slow_capacity),
                " more than ", print_bytes(problem.dram_budget), " of DRAM and ",
                print_bytes(problem.slow_capacity),
                " of slow memory hold together; give that much more of either");
}

}  // namespace optimizer
