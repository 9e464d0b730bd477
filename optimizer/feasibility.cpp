#include "optimizer/feasibility.h"

#include <algorithm>

#include "framework/error.h"

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

std::string infeasible_reason(const Problem& problem) {
    const auto& schedule = problem.schedule;
    const auto tensor = [&](int storage) -> const framework::TensorNode& {
        return problem.graph.tensor(schedule.storages()[static_cast<std::size_t>(storage)].tensor);
    };
    const SmallestBudget least = smallest_budget(problem.graph, schedule);
    if (problem.dram_budget < least.bytes) {
        std::string operands;
        for (const int operand : schedule.operands(least.step)) {
            const Bytes bytes = schedule.storages()[static_cast<std::size_t>(operand)].bytes;
            operands += text(operands.empty() ? "" : ", ", tensor(operand).name, ' ', print_bytes(bytes),
                             tensor(operand).role == Role::scratch ? " (scratch)" : "");
        }
        return text("kernel ", problem.graph.op(schedule.op(least.step)).name, " (", operands, ") needs ",
                    print_bytes(least.bytes), " of DRAM for its scratch, ",
                    print_bytes(least.bytes - problem.dram_budget), " more than the budget of ",
                    print_bytes(problem.dram_budget), "; the smallest budget that works is ", least.bytes,
                    " bytes");
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
