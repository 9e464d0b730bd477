// The lower bound that a certificate shows. For prices p ≥ 0 of DRAM at each step and functions below the
// kernels' times, no plan that keeps to a branch is faster than
//
//   Σ constants − Σ_s p[s] · room[s] + Σ_storages the cheapest way through its stops
//
// where a way pays its moves, a penalty at each stop in slow memory, and p for each step in DRAM.
#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "framework/base/error.h"
#include "optimizer/proof/check.h"

namespace optimizer {

using framework::aligned;
using framework::Bytes;
using framework::DataError;
using framework::Indexed;
using framework::require;
using framework::Schedule;
using framework::Step;
using framework::Storage;
using framework::StorageId;
using framework::Tier;
using framework::TierMask;

StoredStops stops_of(const Storage& storage) {
    if (!storage.may_be_slow()) return {};
    StoredStops stops;
    const auto& uses = storage.uses;
    if (storage.persistent && uses.empty()) stops.push_back({.step = 0, .reads = true, .outside = true});
    if (!storage.persistent && (uses.empty() || uses.front().step > storage.live.first))
        stops.push_back({.step = storage.live.first, .writes = true, .outside = true});
    for (const framework::Use& use : uses)
        stops.push_back({use.step, use.reads, use.writes, use.may_be_slow()});
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
          functions_(Indexed<Step, const StoredFunction*>::filled(schedule_.steps())),
          until_(Indexed<Step, Integer>::filled(schedule_.steps() + 1)) {
        for (const FunctionListId list : {FunctionListId(0), branch.functions}) {
            for (const StoredFunction& f : certificate.functions[list]) functions_[f.kernel] = &f;
        }
        auto priced = Indexed<Step, bool>::filled(schedule_.steps());
        for (const StoredPrice& price : branch.prices) {
            require<DataError>(!priced[price.step], "a branch of its certificate has two prices of step ",
                               price.step);
            priced[price.step] = true;
            until_[price.step + 1] = problem.unit.price(price.s_per_gib, 1);
        }
        std::partial_sum(until_.begin(), until_.end(), until_.begin());
    }

    // Empty: no plan keeps to the branch.
    Cost bound() const {
        Integer sum = 0;
        for (const StorageId id : schedule_.storages().ids()) {
            const Cost way = cheapest_way(id);
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
    Integer held(const Storage& storage, Step first, Step last) const {  // in DRAM at steps [first, last)
        return (until_[last] - until_[first]) * aligned(storage.bytes);
    }

    // What a storage pays for each of its stops in slow memory.
    Integer penalty(StorageId id, const StoredStop& stop) const {
        if (stop.outside) return 0;
        const std::vector<StorageId>& operands = schedule_.operands(stop.step);
        const auto position = std::ranges::find(operands, id) - operands.begin();
        const StoredFunction& function = *functions_[stop.step];
        return problem_.unit.seconds(function.penalties_s[position]);
    }

    Cost cheapest_way(StorageId id) const {
        const Storage& storage = schedule_.storages()[id];
        const StoredStops stops = stops_of(storage);
        if (stops.empty()) return held(storage, storage.live.first, storage.live.last);
        Cost best = moving_ ? moving_way(id, stops) : slow_for_life(id, stops);
        if (storage.persistent || !moving_) lower(best, dram_for_life(id, stops), 0);
        return best;
    }

    Cost slow_for_life(StorageId id, const StoredStops& stops) const {
        Integer sum = 0;
        for (const StoredStopId i : stops.ids()) {
            if ((allowed_[id][i] & may_slow) == 0) return {};
            sum += penalty(id, stops[i]);
        }
        return sum;
    }

    Cost dram_for_life(StorageId id, const StoredStops& stops) const {
        const Storage& storage = schedule_.storages()[id];
        for (const StoredStopId i : stops.ids()) {
            const May needed = i == 0 && !storage.persistent ? may_fetched : may_held;
            if ((allowed_[id][i] & needed) == 0) return {};
        }
        return storage.persistent ? held(storage, 0, schedule_.steps())
                                  : held(storage, stops.front().step, stops.back().step + 1);
    }

    // A shortest path over the stops. Between two of them the value is in slow memory alone, in DRAM with a
    // copy in slow memory (clean), or in DRAM alone (dirty).
    Cost moving_way(StorageId id, const StoredStops& stops) const {
        const Storage& storage = schedule_.storages()[id];
        enum { slow, clean, dirty };
        const Integer fetch = problem_.unit.copy(Tier::dram, storage.bytes),
                      spill = problem_.unit.copy(Tier::slow, storage.bytes);
        std::array<Cost, 3> before{Integer(0), Cost(), Cost()};
        for (const StoredStopId i : stops.ids()) {
            const StoredStop& stop = stops[i];
            const unsigned char may = allowed_[id][i];
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
                if ((may & may_slow) != 0) lower(after[slow], before[from], leave + penalty(id, stop));
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
    Indexed<Step, const StoredFunction*> functions_;
    Indexed<Step, Integer> until_;  // prices of a byte before the step, added up
};

// The functions: the first list has every kernel once, the others at most once.
void check_functions(const Schedule& schedule, const StoredCertificate& certificate) {
    require<DataError>(!certificate.functions.empty(), "its certificate has no functions");
    for (const auto& list : certificate.functions) {
        auto seen = Indexed<Step, bool>::filled(schedule.steps());
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
    for (const Storage& storage : schedule.storages()) {
        auto& of_storage = allowed.emplace_back();
        for (const StoredStop& stop : stops_of(storage))
            of_storage.push_back(stop.may_be_slow ? may_anything : may_fetched | may_held);
    }
    for (const StoredRestriction& r : branch.under) {
        require<DataError>(r.storage < allowed.count() && r.stop < allowed[r.storage].count(),
                           "its certificate restricts stop ", r.stop, " of storage ", r.storage,
                           ", which there is not");
        allowed[r.storage][r.stop] &= r.may;
    }
    return allowed;
}

Integer least_above(const ExactProblem& problem, const StoredFunction& function,
                    const AllowedStops& allowed) {
    const Schedule& schedule = problem.document.schedule;
    const std::vector<StorageId>& operands = schedule.operands(function.kernel);
    TierMask may = 0, must = 0;
    std::vector<Integer> penalties;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        penalties.push_back(problem.unit.seconds(function.penalties_s[i]));
        const Storage& storage = schedule.storages()[operands[i]];
        if (!storage.use_at(function.kernel).may_be_slow()) continue;
        const StoredStops stops = stops_of(storage);
        const auto stop = std::ranges::find_if(
            stops, [&](const StoredStop& s) { return !s.outside && s.step == function.kernel; });
        const unsigned char at = allowed[operands[i]][StoredStopId(stop - stops.begin())];
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
        require<DataError>(branch.functions < certificate.functions.count(),
                           "a branch of its certificate names functions ", branch.functions, " of ",
                           certificate.functions.count());
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
