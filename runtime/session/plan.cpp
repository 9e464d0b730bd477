#include "runtime/session/plan.h"

#include <algorithm>

#include "framework/base/error.h"
#include "framework/base/text.h"
#include "optimizer/addresses/plan_builder.h"
#include "optimizer/feasibility.h"
#include "optimizer/solve.h"
#include "runtime/memory/available_memory.h"
#include "runtime/memory/slow_memory.h"

namespace runtime::session {

using framework::Bytes;
using framework::OutOfTierMemory;
using framework::print_bytes;
using framework::require;

namespace {

// Free bytes of slow memory. If slow memory is itself DRAM, the DRAM arena is taken off.
Bytes slow_capacity(const std::string& slow, Bytes dram_bytes) {
    Bytes capacity = available_slow(slow);
    if (slow_takes_dram(slow)) capacity -= dram_bytes + beside_tensors;
    return std::max<Bytes>(1, capacity);  // 0 would mean no limit
}

// The problem refers to `network` and `times`.
optimizer::Problem problem_of(const Network& network, const framework::Profile& times,
                              const std::string& slow, const PlanOptions& options) {
    const Bytes budget = options.dram.value_or(network.all_dram_bytes);
    return {.schedule = network.schedule,
            .profile = times,
            .dram_budget = budget,
            .slow_capacity = network.options.simulated
                                 ? 0
                                 : slow_capacity(slow, std::min(budget, network.all_dram_bytes))};
}

}  // namespace

std::string no_room(const framework::Plan& plan, const std::string& slow) {
    const bool both = plan.arena[framework::Tier::slow] > 0 && slow_takes_dram(slow);
    const Bytes wanted = plan.arena[framework::Tier::dram] + (both ? plan.arena[framework::Tier::slow] : 0),
                most = available_for_tensors();
    if (wanted <= most) return {};
    return framework::text("the plan takes ", print_bytes(wanted), " of DRAM",
                           both ? ", slow memory in it," : "", " and this machine has ", print_bytes(most),
                           " to give; use a smaller --batch, or --dram auto, which plans with what is free");
}

void predict_extremes(Solution& solution, const Network& network, const framework::Profile& times) {
    for (const framework::KernelProfile& kernel : times.kernels) solution.all_dram_s += kernel.seconds(0);
    solution.all_slow_s = optimizer::all_slow_seconds({.schedule = network.schedule,
                                                       .profile = times,
                                                       .dram_budget = solution.dram_budget,
                                                       .slow_capacity = solution.slow_capacity});
}

Solution try_plan(const Network& network, const Profile& profile, const PlanOptions& options) {
    const optimizer::Problem problem = problem_of(network, profile.times(), profile.slow, options);
    Solution solution{.placement = options.placement,
                      .dram_budget = problem.dram_budget,
                      .slow_capacity = problem.slow_capacity,
                      .gap = options.solver.gap};
    solution.result = optimizer::solve(options.placement, problem, options.solver);
    if (solution.result.plan && !network.options.simulated) {
        if (std::string reason = no_room(*solution.result.plan, profile.slow); !reason.empty()) {
            solution.result = {};
            solution.result.reason = std::move(reason);
        }
    }
    predict_extremes(solution, network, profile.times());
    return solution;
}

Solution plan(const Network& network, const Profile& profile, const PlanOptions& options) {
    Solution solution = try_plan(network, profile, options);
    require<OutOfTierMemory>(solution.result.plan.has_value(), solution.result.reason);
    return solution;
}

Solution plan_in_dram(const Network& network, std::optional<Bytes> dram) {
    const Bytes most = available_for_tensors();
    require<OutOfTierMemory>(network.all_dram_bytes <= most, "the network needs ",
                             print_bytes(network.all_dram_bytes),
                             " of memory at its peak, and this machine has ", print_bytes(most),
                             " to give; use --dram auto, which plans with what is free, or a smaller --batch "
                             "or --image-size");
    Solution solution{.dram_budget = dram.value_or(network.all_dram_bytes)};
    solution.result.status = optimizer::Status::optimal;
    solution.result.stopped = optimizer::Stopped::no_search;
    solution.result.plan = optimizer::everything_in_dram(network.schedule);
    return solution;
}

void require_possible(const Network& network, const ProfileOptions& times, const PlanOptions& options) {
    const std::string slow = slow_memory_of(times);
    const bool runs = !network.options.simulated, in_dram = options.placement == Placement::dram;
    const Bytes peak = network.all_dram_bytes, most = available_for_tensors();
    require<OutOfTierMemory>(
        !runs || !slow_takes_dram(slow) || peak <= most, "the network needs ", print_bytes(peak),
        " at its peak, slow memory is DRAM here too, and this machine has ", print_bytes(most),
        " to give; use a smaller --batch or --image-size, or a --slow that is no DRAM");
    const framework::Profile unknown;
    const optimizer::Problem problem = problem_of(network, unknown, slow, options);
    const Bytes wanted = options.placement == Placement::slow ? 0 : std::min(peak, problem.dram_budget);
    require<OutOfTierMemory>(!runs || wanted <= most, "the budget of ", print_bytes(problem.dram_budget),
                             " takes ", print_bytes(wanted), " of DRAM, and this machine has ",
                             print_bytes(most), " to give; ",
                             in_dram ? "use --placement synchronous --dram auto, or a smaller --batch"
                                     : "use --dram auto, which plans with what is free");
    const std::string reason = in_dram && peak > problem.dram_budget
                                   ? optimizer::all_dram_reason(problem, peak)
                                   : optimizer::infeasible_reason(problem);
    require<OutOfTierMemory>(reason.empty(), reason);
}

}  // namespace runtime::session
