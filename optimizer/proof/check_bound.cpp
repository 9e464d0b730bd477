// The lower bound that a certificate shows. For prices p ≥ 0 of DRAM at each step and functions below the
// kernels' times, no plan that keeps to a branch is faster than
//
//   Σ constants − Σ_s p[s] · room[s] + Σ_storages the cheapest way through its stops
//
// where a way pays its moves, a penalty at each stop in slow memory, and p for each step in DRAM.
#include <algorithm>
#include <array>
#include <set>

#include "framework/base/error.h"
#include "optimizer/proof/check.h"

namespace optimizer {

using framework::aligned;
using framework::Bytes;
using framework::DataError;
using framework::require;
using framework::Schedule;
using framework::Storage;
using framework::Tier;
using framework::TierMask;

std::vector<StoredStop> stops_of(const Storage& storage) {
    if (!storage.tiers.holds(Tier::slow) || storage.live.first == storage.live.last) return {};
    std::vector<StoredStop> stops;
    const auto& uses = storage.uses;
    if (storage.persistent && uses.empty()) stops.push_back({.step = 0, .reads = true, .outside = true});
    if (!storage.persistent && (uses.empty() || uses.front().step > storage.live.first))
        stops.push_back({.step = storage.live.first, .writes = true, .outside = true});
    for (const framework::Use& use : uses) stops.push_back({use.step, use.reads, use.writes});
    if (storage.read_after())
        stops.push_back({.step = storage.live.last - 1, .reads = true, .outside = true});
    return stops;
}

namespace {

using Cost = std::optional<Integer>;  // empty: there is no such way
using Functions = std::set<const StoredFunction*>;

void lower(Cost& to, const Cost& from, const Integer& adds) {
    if (from && (!to || *from + adds < *to)) to = *from + adds;
}

// Whether the branches are all there are below the first `depth` restrictions, which they share: one has no
// further ones, or all go on at one stop, some with a set of choices and the others with its complement.
bool cover(const std::vector<const StoredBranch*>& branches, std::size_t depth) {
    if (branches.empty()) return false;
    for (const StoredBranch* branch : branches) {
        if (branch->under.size() == depth) return true;
    }
    const StoredRestriction& at = branches.front()->under[depth];
    std::vector<const StoredBranch*> these, others;
    for (const StoredBranch* branch : branches) {
        const StoredRestriction& r = branch->under[depth];
        if (r.storage != at.storage || r.stop != at.stop) return false;
        if (r.may == at.may) these.push_back(branch);
        if (r.may == (may_anything & ~at.may)) others.push_back(branch);
    }
    // Both before either: a long list of restrictions alone must not become as many calls.
    return !others.empty() && cover(these, depth + 1) && cover(others, depth + 1);
}

class BranchBound {
  public:
    // `everywhere`: the functions that are known to be below their kernels whatever a branch allows.
    BranchBound(const ExactProblem& problem, const StoredCertificate& certificate, const StoredBranch& branch,
                const Functions& everywhere)
        : problem_(problem),
          everywhere_(everywhere),
          schedule_(problem.document.schedule),
          moving_(certificate.moving),
          allowed_(allowed_in(schedule_, branch)),
          functions_(static_cast<std::size_t>(schedule_.steps())),
          until_(functions_.size() + 1) {
        for (const std::size_t list : {std::size_t{0}, branch.functions}) {
            for (const StoredFunction& f : certificate.functions[list]) functions_[f.kernel] = &f;
        }
        std::vector<bool> priced(functions_.size(), false);
        for (const StoredPrice& price : branch.prices) {
            const auto step = static_cast<std::size_t>(price.step);
            require<DataError>(!priced[step], "a branch of its certificate has two prices of step ", step);
            priced[step] = true;
            until_[step + 1] = problem.unit.price(price.s_per_gib, 1);
        }
        for (std::size_t i = 1; i < until_.size(); ++i) until_[i] += until_[i - 1];
    }

    // Empty: no plan keeps to the branch.
    Cost bound() const {
        Integer sum = 0;
        for (std::size_t i = 0; i < schedule_.storages().size(); ++i) {
            const Cost way = cheapest_way(i);
            if (!way) return {};
            sum += *way;
        }
        for (const StoredFunction* function : functions_) {
            sum += problem_.unit.seconds(function->constant_s);
            require<DataError>(
                everywhere_.contains(function) || least_above(problem_, *function, allowed_) >= 0,
                "its certificate claims too much of kernel ", schedule_.kernel(function->kernel));
        }
        return sum - until_.back() * problem_.document.dram_budget;
    }

  private:
    Integer held(const Storage& storage, int first, int last) const {  // in DRAM at steps [first, last)
        return (until_[last] - until_[first]) * aligned(storage.bytes);
    }

    // What a storage pays for each of its stops in slow memory.
    Integer penalty(std::size_t index, const StoredStop& stop) const {
        if (stop.outside) return 0;
        const std::vector<framework::StorageId>& operands = schedule_.operands(stop.step);
        const auto position = std::ranges::find(operands, framework::StorageId(index)) - operands.begin();
        const StoredFunction& function = *functions_[stop.step];
        return problem_.unit.seconds(function.penalties_s[position]);
    }

    Cost cheapest_way(std::size_t index) const {
        const Storage& storage = schedule_.storages()[index];
        if (!storage.tiers.holds(Tier::slow)) return held(storage, storage.live.first, storage.live.last);
        const std::vector<StoredStop> stops = stops_of(storage);
        if (stops.empty()) return Integer(0);
        Cost best = moving_ ? moving_way(index, stops) : slow_for_life(index, stops);
        if (storage.persistent || !moving_) lower(best, dram_for_life(index, stops), 0);
        return best;
    }

    Cost slow_for_life(std::size_t index, const std::vector<StoredStop>& stops) const {
        Integer sum = 0;
        for (std::size_t i = 0; i < stops.size(); ++i) {
            if ((allowed_[index][i] & may_slow) == 0) return {};
            sum += penalty(index, stops[i]);
        }
        return sum;
    }

    Cost dram_for_life(std::size_t index, const std::vector<StoredStop>& stops) const {
        const Storage& storage = schedule_.storages()[index];
        for (std::size_t i = 0; i < stops.size(); ++i) {
            const May needed = i == 0 && !storage.persistent ? may_fetched : may_held;
            if ((allowed_[index][i] & needed) == 0) return {};
        }
        return storage.persistent ? held(storage, 0, schedule_.steps())
                                  : held(storage, stops.front().step, stops.back().step + 1);
    }

    // A shortest path over the stops. Between two of them the value is in slow memory alone, in DRAM with a
    // copy in slow memory (clean), or in DRAM alone (dirty).
    Cost moving_way(std::size_t index, const std::vector<StoredStop>& stops) const {
        const Storage& storage = schedule_.storages()[index];
        enum { slow, clean, dirty };
        const Integer fetch = problem_.unit.copy(Tier::dram, storage.bytes),
                      spill = problem_.unit.copy(Tier::slow, storage.bytes);
        std::array<Cost, 3> before{Integer(0), Cost(), Cost()};
        for (std::size_t i = 0; i < stops.size(); ++i) {
            const StoredStop& stop = stops[i];
            const unsigned char may = allowed_[index][i];
            const bool is_there = i > 0 || storage.persistent;  // a value, before this stop
            const Integer here = held(storage, stop.step, stop.step + 1);
            std::array<Cost, 3> after{};
            if ((may & may_held) != 0 && i > 0) {
                const Integer since = held(storage, stops[i - 1].step + 1, stop.step) + here;
                lower(after[stop.writes ? dirty : clean], before[clean], since);
                lower(after[dirty], before[dirty], since);
            }
            for (const auto from : {slow, clean, dirty}) {
                const Integer leave = from == dirty ? spill : Integer(0);
                const Integer arrive = is_there && stop.reads ? fetch : Integer(0);
                if ((may & may_fetched) != 0)
                    lower(after[stop.writes || !is_there ? dirty : clean], before[from],
                          leave + arrive + here);
                if ((may & may_slow) != 0) lower(after[slow], before[from], leave + penalty(index, stop));
            }
            before = std::move(after);
        }
        Cost best = before[slow];
        lower(best, before[clean], 0);
        lower(best, before[dirty], storage.persistent ? spill : Integer(0));
        return best;
    }

    const ExactProblem& problem_;
    const Functions& everywhere_;
    const Schedule& schedule_;
    bool moving_;
    AllowedStops allowed_;
    std::vector<const StoredFunction*> functions_;  // by kernel
    std::vector<Integer> until_;                    // by step: prices of a byte before it, added up
};

// The functions: the first list has every kernel once, the others at most once.
void check_functions(const Schedule& schedule, const StoredCertificate& certificate) {
    require<DataError>(!certificate.functions.empty(), "its certificate has no functions");
    for (const auto& list : certificate.functions) {
        std::vector<bool> seen(static_cast<std::size_t>(schedule.steps()), false);
        for (const StoredFunction& f : list) {
            require<DataError>(f.kernel < schedule.steps() && !seen[f.kernel],
                               "its certificate has a function of kernel ", f.kernel,
                               ", which comes twice or is none of ", schedule.steps());
            seen[f.kernel] = true;
            require<DataError>(f.penalties_s.size() == schedule.operands(f.kernel).size(),
                               "its certificate has ", f.penalties_s.size(), " penalties for the ",
                               schedule.operands(f.kernel).size(), " operands of kernel ",
                               schedule.kernel(f.kernel));
        }
        require<DataError>(&list != &certificate.functions.front() || std::ranges::count(seen, false) == 0,
                           "the first functions of its certificate lack one of the kernels");
    }
}

}  // namespace

AllowedStops allowed_in(const Schedule& schedule, const StoredBranch& branch) {
    AllowedStops allowed;
    for (const Storage& storage : schedule.storages())
        allowed.emplace_back(stops_of(storage).size(), may_anything);
    for (const StoredRestriction& r : branch.under) {
        require<DataError>(r.storage < std::ssize(allowed) && r.stop < std::ssize(allowed[r.storage]),
                           "its certificate restricts stop ", r.stop, " of storage ", r.storage,
                           ", which there is not");
        allowed[r.storage][r.stop] &= r.may;
    }
    return allowed;
}

Integer least_above(const ExactProblem& problem, const StoredFunction& function,
                    const AllowedStops& allowed) {
    const Schedule& schedule = problem.document.schedule;
    const std::vector<framework::StorageId>& operands = schedule.operands(function.kernel);
    TierMask may = 0, must = 0;
    std::vector<Integer> penalties;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        penalties.push_back(problem.unit.seconds(function.penalties_s[i]));
        const auto index = static_cast<std::size_t>(operands[i]);
        const Storage& storage = schedule.storages()[index];
        if (!storage.tiers.holds(Tier::slow)) continue;
        const auto stops = stops_of(storage);
        const auto stop = std::ranges::find_if(
            stops, [&](const StoredStop& s) { return !s.outside && s.step == function.kernel; });
        const unsigned char at = allowed[index][stop - stops.begin()];
        if ((at & may_slow) != 0) may |= TierMask{1} << i;
        if ((at & (may_fetched | may_held)) == 0) must |= TierMask{1} << i;
    }
    return problem.kernels[function.kernel].least_above(problem.unit.seconds(function.constant_s), penalties,
                                                        may, must);
}

Integer proved_bound(const ExactProblem& problem, const StoredCertificate& certificate) {
    const Schedule& schedule = problem.document.schedule;
    check_functions(schedule, certificate);
    std::vector<const StoredBranch*> branches;
    for (const StoredBranch& branch : certificate.branches) {
        require<DataError>(branch.functions < certificate.functions.size(),
                           "a branch of its certificate names functions ", branch.functions, " of ",
                           certificate.functions.size());
        for (const StoredPrice& price : branch.prices) {
            require<DataError>(price.step < schedule.steps(),
                               "a branch of its certificate has a price of step ", price.step, " of ",
                               schedule.steps());
        }
        branches.push_back(&branch);
    }
    require<DataError>(cover(branches, 0), "the branches of its certificate leave placements out");
    Functions everywhere;
    const AllowedStops anything = allowed_in(schedule, {});
    for (const auto& list : certificate.functions) {
        for (const StoredFunction& f : list) {
            if (least_above(problem, f, anything) >= 0) everywhere.insert(&f);
        }
    }
    Cost least;
    for (const StoredBranch& branch : certificate.branches) {
        const BranchBound below(problem, certificate, branch, everywhere);
        if (const Cost bound = below.bound()) lower(least, bound, 0);
    }
    return std::max(Integer(0), least.value_or(Integer(0)));
}

}  // namespace optimizer
