#include "optimizer/proof/check.h"

#include <algorithm>

#include "framework/base/error.h"

namespace optimizer {

using framework::DataError;
using framework::require;
using framework::Tier;
using framework::TierMask;

namespace {

void check_times(const framework::Schedule& schedule, framework::Step step,
                 const std::vector<StoredTime>& times) {
    const std::string& name = schedule.kernel(step);
    const std::vector<framework::StorageId>& operands = schedule.operands(step);
    TierMask movable = 0;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (schedule.storages()[operands[i]].use_at(step).may_be_slow()) movable |= TierMask{1} << i;
    }
    const auto listed = [&](TierMask slow) { return std::ranges::find(times, slow, &StoredTime::slow); };
    for (std::size_t i = 0; i < times.size(); ++i) {
        require<DataError>((times[i].slow & ~movable) == 0, "kernel ", name,
                           ": one of its times has an operand in slow memory that only DRAM may serve");
        require<DataError>(i == 0 || times[i].slow != times[i - 1].slow, "kernel ", name,
                           ": two of its times are for the same operands in slow memory");
    }
    const auto in_dram = listed(0);
    require<DataError>(in_dram != times.end(), "kernel ", name,
                       ": its time with every operand in DRAM is missing");
    Integer least = in_dram->seconds;  // of the sums that sets take which are not listed
    for (std::size_t i = 0; i < operands.size(); ++i) {
        const auto alone = listed(movable & TierMask{1} << i);
        require<DataError>(alone != times.end(), "kernel ", name, ": its time with operand ", i,
                           " alone in slow memory is missing");
        least += std::min(Integer(0), alone->seconds - in_dram->seconds);
    }
    require<DataError>(
        least >= 0, "kernel ", name,
        ": its times with one operand in slow memory are so far below the one with all in DRAM that ",
        "it would take ", print_decimal(least), " s with several of them there");
}

// The placement that the plan is said to be.
void check_kind(const PlanDocument& document) {
    const Solution& solution = *document.solution;
    const std::string& name = solution.claims.placement;
    const framework::Plan& plan = solution.plan;
    const bool moves = name == "greedy" || name == "synchronous";
    require<DataError>(
        moves || name == "dram" || name == "slow" || name == "first-touch" || name == "static",
        "\"placement\" is no name of a placement: dram, slow, first-touch, greedy, static or synchronous");
    std::vector<framework::StorageId> storages;
    bool any_slow = false, dram_by_choice = false;
    for (const framework::Residency& r : plan.residencies) {
        storages.push_back(r.storage);
        any_slow |= r.tier == Tier::slow;
        dram_by_choice |= r.tier == Tier::dram && !document.schedule.storages()[r.storage].needs_dram();
    }
    std::ranges::sort(storages);
    const bool for_life = plan.moves.empty() && std::ranges::adjacent_find(storages) == storages.end();
    require<DataError>(
        (moves || for_life) && (name != "dram" || !any_slow) && (name != "slow" || !dram_by_choice),
        "its plan is no ", name, " placement");
    require<DataError>(solution.certificate.moving || name == "static",
                       "its certificate says nothing of plans with moves, and the placement is ", name);
}

std::string in_seconds(const Integer& units, const TimeUnit& unit) {
    return print_decimal(rounded(units, unit.second(), Rounding::down)) + " s";
}

// That `claimed` is `numerator / denominator`, rounded up a little: by a part in 10^12 of `scale` at the
// most.
bool is_rounded_up(const Integer& claimed, const Integer& numerator, const Integer& denominator,
                   const Integer& scale) {
    const Integer excess = claimed * denominator - numerator * decimal_one();
    const Integer million = 1'000'000;
    return excess >= 0 && excess * million * million <= scale * decimal_one();
}

void check_claims(const ExactProblem& problem) {
    const Claims& claims = problem.document.solution->claims;
    const Integer predicted = predicted_time(problem), second = problem.unit.second();
    require<DataError>(is_rounded_up(claims.predicted_s, predicted, second, predicted), "its plan takes ",
                       in_seconds(predicted, problem.unit), " by its own times, and it claims ",
                       print_decimal(claims.predicted_s), " s");
    const Integer bound = proved_bound(problem, problem.document.solution->certificate);
    require<DataError>(problem.unit.seconds(claims.bound_s) <= bound, "its certificate shows ",
                       in_seconds(bound, problem.unit), ", and it claims a bound of ",
                       print_decimal(claims.bound_s), " s");
    require<DataError>(claims.bound_s <= claims.predicted_s, "its bound of ", print_decimal(claims.bound_s),
                       " s is above the time of its plan, ", print_decimal(claims.predicted_s), " s");
    const bool gap_holds = claims.predicted_s == 0
                               ? claims.gap == 0
                               : is_rounded_up(claims.gap, claims.predicted_s - claims.bound_s,
                                               claims.predicted_s, claims.predicted_s);
    require<DataError>(gap_holds, "its gap is claimed to be ", print_decimal(claims.gap),
                       ", which is not (predicted_s - bound_s) / predicted_s");
    const char* status = claims.gap <= claims.gap_asked_for ? "optimal" : "feasible";
    require<DataError>(claims.status == status, "its status is ", status, " by its gap of ",
                       print_decimal(claims.gap), " and the gap of ", print_decimal(claims.gap_asked_for),
                       " that was asked for, and it claims another");
}

}  // namespace

ExactProblem::ExactProblem(const PlanDocument& of) : document(of), unit(of.to_dram, of.to_slow) {
    for (framework::Step step = 0; step < of.schedule.steps(); ++step) {
        const std::vector<StoredTime>& times = of.times[step];
        check_times(of.schedule, step, times);
        kernels.emplace_back(times, of.schedule.operands(step).size(), unit);
    }
}

void check(const PlanDocument& document) {
    const ExactProblem problem(document);
    if (!document.solution) return;
    check_plan(document);
    check_kind(document);
    check_claims(problem);
}

}  // namespace optimizer
