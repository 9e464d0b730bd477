// Whether a plan can be run: addresses, budgets, and where each value is at each step. A residency holds
// nothing when it begins; a kernel that writes its storage or a move fills it.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "framework/base/error.h"
#include "optimizer/proof/check.h"

namespace optimizer {

using framework::aligned;
using framework::Bytes;
using framework::DataError;
using framework::Indexed;
using framework::Move;
using framework::Plan;
using framework::require;
using framework::Residency;
using framework::Schedule;
using framework::Storage;
using framework::StorageId;
using framework::text;
using framework::Tier;

namespace {

// Each residency by itself, and the sizes of the arenas.
void check_residencies(const Schedule& schedule, const Plan& plan) {
    framework::PerTier<Bytes> top;
    for (const Residency& r : plan.residencies) {
        require<DataError>(r.storage < schedule.storages().count(), "a residency is of storage ", r.storage,
                           ", and they are numbered from 0 to ", schedule.storages().count() - 1);
        const Storage& storage = schedule.storages()[r.storage];
        const std::string what = text("the residency of ", storage.name, " in ", name_of(r.tier));
        require<DataError>(r.live.first < r.live.last && r.live.last <= schedule.steps(), what,
                           " is of steps [", r.live.first, ", ", r.live.last, "), which are none of 0 to ",
                           schedule.steps());
        require<DataError>(r.offset % Schedule::alignment == 0, what, " is at ", r.offset,
                           ", which is no multiple of ", Schedule::alignment);
        top[r.tier] = std::max(top[r.tier], r.offset + aligned(storage.bytes));
    }
    for (const Tier tier : {Tier::dram, Tier::slow}) {
        require<DataError>(plan.arena[tier] == top[tier], "the ", name_of(tier), " arena is said to have ",
                           plan.arena[tier], " bytes, and its residencies reach up to ", top[tier]);
    }
}

// No two residencies of a tier share bytes at a step, and a storage has one in a tier at a time.
void check_apart(const Schedule& schedule, const Plan& plan, Tier tier) {
    std::vector<const Residency*> begins, ends;
    for (const Residency& r : plan.residencies) {
        if (r.tier == tier) begins.push_back(&r), ends.push_back(&r);
    }
    std::ranges::sort(begins, {}, [](const Residency* r) { return r->live.first; });
    std::ranges::sort(ends, {}, [](const Residency* r) { return r->live.last; });
    const auto storage = [&](const Residency& r) -> const Storage& { return schedule.storages()[r.storage]; };
    std::map<Bytes, const Residency*> there;  // by offset; those of no bytes take no room
    std::set<StorageId> storages;
    auto end = ends.begin();
    for (const Residency* r : begins) {
        for (; (*end)->live.last <= r->live.first; ++end) {
            storages.erase((*end)->storage);
            if (storage(**end).bytes > 0) there.erase((*end)->offset);
        }
        require<DataError>(storages.insert(r->storage).second, storage(*r).name, " has two residencies in ",
                           name_of(tier), " at step ", r->live.first);
        if (storage(*r).bytes == 0) continue;
        const auto above = there.lower_bound(r->offset);
        const Residency* other = nullptr;
        if (above != there.end() && above->first < r->offset + storage(*r).bytes) other = above->second;
        if (above != there.begin()) {
            const Residency& below = *std::prev(above)->second;
            if (below.offset + storage(below).bytes > r->offset) other = &below;
        }
        require<DataError>(other == nullptr, "step ", r->live.first, ": ", storage(*r).name, " and ",
                           other ? storage(*other).name : "", " have the same bytes of the ", name_of(tier),
                           " arena");
        there.emplace(r->offset, r);
    }
}

void check_order(const Schedule& schedule, const std::vector<Move>& moves) {
    for (std::size_t i = 0; i < moves.size(); ++i) {
        const Move& move = moves[i];
        require<DataError>(move.storage < schedule.storages().count(), "a move is of storage ", move.storage,
                           ", and they are numbered from 0 to ", schedule.storages().count() - 1);
        const Storage& storage = schedule.storages()[move.storage];
        const std::string& name = storage.name;
        require<DataError>(move.due < schedule.steps() + (move.to == Tier::slow ? 1 : 0), name,
                           ": it moves at step ", move.due, ", after the last kernel that could want it");
        // What else is there before the first kernel is put where it finds it.
        require<DataError>(move.due > 0 || move.to == Tier::slow || storage.persistent, name,
                           ": it moves to DRAM before the first kernel and is not persistent");
        const bool in_order =
            i == 0 || moves[i - 1].due < move.due ||
            (moves[i - 1].due == move.due && (moves[i - 1].to == Tier::slow || move.to == Tier::dram));
        require<DataError>(in_order, name, ": its move of step ", move.due,
                           " is out of order: they go by step, and to slow memory before those to DRAM");
    }
}

// Follows the value of one storage through the iteration.
class Follower {
  public:
    Follower(const Storage& storage, int steps, std::vector<const Residency*> residencies,
             std::vector<const Move*> moves)
        : storage_(storage), steps_(steps), residencies_(std::move(residencies)), moves_(std::move(moves)) {}

    void follow() {
        begin();
        auto use = storage_.uses.begin();
        for (const Move* move : moves_) {
            for (; use != storage_.uses.end() && use->step < move->due; ++use) apply(*use);
            copy(*move);
        }
        for (; use != storage_.uses.end(); ++use) apply(*use);
        if (storage_.persistent) check_home();
        if (storage_.read_after()) need(place(steps_ - 1), "the reader after the last kernel");
    }

  private:
    const Residency* covering(Tier tier, framework::Step step) const {
        const auto found = std::ranges::find_if(
            residencies_, [&](const Residency* r) { return r->tier == tier && r->live.holds(step); });
        return found == residencies_.end() ? nullptr : *found;
    }
    const Residency* ending(Tier tier, framework::Step step) const {
        const auto found = std::ranges::find_if(
            residencies_, [&](const Residency* r) { return r->tier == tier && r->live.last == step; });
        return found == residencies_.end() ? nullptr : *found;
    }
    const Residency* place(framework::Step step) const {  // where a kernel finds it
        const Residency* dram = covering(Tier::dram, step);
        return dram ? dram : covering(Tier::slow, step);
    }
    void need(const Residency* r, const std::string& who) const {
        require<DataError>(r != nullptr, who, " finds no place of ", storage_.name);
        require<DataError>(holders_.contains(r), who, " does not find the value of ", storage_.name, " in ",
                           name_of(r->tier));
    }

    void begin() {
        if (!storage_.filled_before()) return;
        const bool fetched =
            !moves_.empty() && moves_.front()->due == 0 &&
            std::ranges::any_of(moves_, [](const Move* m) { return m->due == 0 && m->to == Tier::dram; });
        home_ = fetched ? covering(Tier::slow, 0) : place(0);
        require<DataError>(home_ != nullptr, storage_.name, " has no place at the start of the iteration");
        holders_ = {home_};
    }

    void copy(const Move& move) {
        const bool spill = move.to == Tier::slow;
        const std::string who = text("step ", move.due, ": the move to ", name_of(move.to));
        const Residency* from = covering(move.from, move.due);
        if (!from && spill) from = ending(Tier::dram, move.due);
        need(from, who);
        const Residency* to = move.due < steps_ ? covering(move.to, move.due) : ending(move.to, steps_);
        require<DataError>(to != nullptr, who, " has no place for ", storage_.name);
        holders_.insert(to);
    }

    void apply(const framework::Use& use) {
        const std::string who = text("the kernel of step ", use.step);
        const Residency* r = place(use.step);
        require<DataError>(r != nullptr, who, " finds no place of ", storage_.name);
        require<DataError>(use.tiers.holds(r->tier), who, " finds ", storage_.name, " in ", name_of(r->tier),
                           ", which may not serve it");
        if (use.reads) need(r, who);
        if (use.writes) holders_ = {r};
    }

    // A persistent storage is at home in one tier, throughout, and its value is there after the last kernel.
    void check_home() const {
        require<DataError>(home_->live.first == 0 && home_->live.last == steps_, storage_.name,
                           ": it is persistent and begins in ", name_of(home_->tier),
                           ", where its residency is not of all steps");
        need(home_, "the next iteration");
    }

    const Storage& storage_;
    int steps_;
    std::vector<const Residency*> residencies_;
    std::vector<const Move*> moves_;
    const Residency* home_ = nullptr;
    std::set<const Residency*> holders_;  // of the newest value
};

}  // namespace

void check_plan(const PlanDocument& document) {
    const Plan& plan = document.solution->plan;
    const Schedule& schedule = document.schedule;
    require<DataError>(plan.arena[Tier::dram] <= document.dram_budget, "the DRAM arena of ",
                       plan.arena[Tier::dram], " bytes is larger than the budget of ", document.dram_budget);
    require<DataError>(document.slow_capacity == 0 || plan.arena[Tier::slow] <= document.slow_capacity,
                       "the slow arena of ", plan.arena[Tier::slow], " bytes is larger than the capacity of ",
                       document.slow_capacity);
    check_residencies(schedule, plan);
    for (const Tier tier : {Tier::dram, Tier::slow}) check_apart(schedule, plan, tier);
    check_order(schedule, plan.moves);
    Indexed<StorageId, std::vector<const Residency*>> residencies(schedule.storages().size());
    Indexed<StorageId, std::vector<const Move*>> moves(schedule.storages().size());
    for (const Residency& r : plan.residencies) residencies[r.storage].push_back(&r);
    for (const Move& m : plan.moves) moves[m.storage].push_back(&m);
    for (const StorageId id : schedule.storages().ids())
        Follower(schedule.storages()[id], schedule.steps(), residencies[id], moves[id]).follow();
}

Integer predicted_time(const ExactProblem& problem) {
    const Schedule& schedule = problem.document.schedule;
    const Plan& plan = problem.document.solution->plan;
    Indexed<StorageId, std::vector<framework::LiveRange>> dram(schedule.storages().size());
    for (const Residency& r : plan.residencies) {
        if (r.tier == Tier::dram) dram[r.storage].push_back(r.live);
    }
    Integer total = 0;
    for (framework::Step step = 0; step < schedule.steps(); ++step) {
        framework::TierMask slow = 0;
        const std::vector<StorageId>& operands = schedule.operands(step);
        for (std::size_t i = 0; i < operands.size(); ++i) {
            const auto& ranges = dram[operands[i]];
            const auto holds = [&](const framework::LiveRange& live) { return live.holds(step); };
            if (std::ranges::none_of(ranges, holds)) slow |= framework::TierMask{1} << i;
        }
        total += problem.kernels[step].at(slow);
    }
    for (const Move& move : plan.moves)
        total += problem.unit.copy(move.to, schedule.storages()[move.storage].bytes);
    return total;
}

}  // namespace optimizer
