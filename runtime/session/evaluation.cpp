#include "runtime/session/evaluation.h"

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>

#include "framework/base/error.h"
#include "framework/passes/fuse.h"
#include "optimizer/addresses/around.h"
#include "runtime/training/parameters.h"

namespace runtime::session {

using framework::Bytes;
using framework::Plan;
using framework::Residency;
using framework::Storage;
using framework::TensorId;
using framework::Tier;
using optimizer::Holes;

Network prepare_evaluation(const framework::Graph& graph, const Network& trained) {
    FixedLayouts layouts;
    for (const TensorId id : persistent_tensors(trained.lowered.graph))
        layouts[trained.lowered.graph.tensor(id).name] = trained.lowered.layouts[id];
    framework::Passes passes(trained.options.without);
    framework::Graph fused = graph;
    passes.run("fuse", fused, [](framework::Graph& g) { g = framework::fuse(g); });
    Lowered lowered = lower(fused, {}, layouts, passes);
    for (const TensorId id : persistent_tensors(lowered.graph)) {
        const framework::TensorNode& tensor = lowered.graph.tensor(id);
        const TensorId source = trained.lowered.graph.find(tensor.name);
        framework::require<framework::DataError>(
            source >= 0 && trained.lowered.graph.tensor(source).type == tensor.type, "cannot evaluate ",
            tensor.name, " ", tensor.type.shape,
            ": the trained network has no tensor of this name and shape");
    }
    framework::Schedule schedule(lowered.graph);
    const Bytes peak = schedule.peak_bytes();
    std::vector<framework::PassTime> times = lowered.passes;
    return {std::move(lowered), std::move(schedule), peak, trained.options, std::move(times)};
}

namespace {

// The place of a storage between iterations.
struct Home {
    Tier tier = Tier::dram;
    Bytes offset = 0, bytes = 0;
};

class Planner {
  public:
    Planner(const Network& evaluated, const Network& trained, const Plan& plan, Bytes dram_budget)
        : evaluated_(evaluated), plan_(plan), dram_budget_(dram_budget) {
        for (const TensorId id : persistent_tensors(trained.lowered.graph)) {
            const framework::StorageId storage = trained.schedule.storage_of(id);
            const int at = framework::residency_at_start(plan, storage);
            const Residency& r = plan.residencies[at];
            homes_[trained.lowered.graph.tensor(id).name] = {r.tier, r.offset,
                                                             trained.schedule.storages()[storage].bytes};
        }
    }

    EvaluationPlan run() {
        if (!place_all()) {
            set_aside();
            framework::require<framework::OutOfTierMemory>(
                place_all(), "evaluation has a kernel whose scratch is larger than the budget of ",
                framework::print_bytes(dram_budget_), "; give more DRAM, or evaluate in a run of its own");
        }
        return std::move(result_);
    }

  private:
    std::vector<optimizer::Taken> taken(Tier tier) const {
        std::vector<optimizer::Taken> blocks;
        for (const auto& [name, home] : homes_) {
            if (home.tier == tier) blocks.push_back({home.offset, home.bytes});
        }
        return blocks;
    }

    // Moves the homes of all parameters and states in DRAM to the end of slow memory.
    void set_aside() {
        Bytes end = plan_.arena[Tier::slow];
        for (auto& [name, home] : homes_) {
            if (home.tier != Tier::dram) continue;
            result_.aside.push_back({home.offset, end, home.bytes});
            home = {Tier::slow, end, home.bytes};
            end += framework::aligned(home.bytes);
        }
    }

    // Places scratch first, since it cannot be in slow memory, then the rest, the largest first. Returns
    // false if some scratch has no room.
    bool place_all() {
        Plan& plan = result_.plan = {};
        Holes dram(taken(Tier::dram), dram_budget_);
        Holes slow(taken(Tier::slow), std::numeric_limits<Bytes>::max());
        std::vector<int> order;
        const auto& storages = evaluated_.schedule.storages();
        for (std::size_t i = 0; i < storages.size(); ++i) {
            const Storage& storage = storages[i];
            if (storage.live.first >= storage.live.last) continue;
            if (!storage.persistent) {
                order.push_back(static_cast<int>(i));
                continue;
            }
            const Home& home = homes_.at(storage.name);
            plan.residencies.push_back({static_cast<int>(i), home.tier, storage.live, home.offset});
        }
        std::ranges::stable_sort(order, [&](int a, int b) { return precedes(a, b); });
        for (const int index : order) {
            const Storage& storage = storages[index];
            const optimizer::Interval wanted{storage.live, storage.bytes};
            const auto in_dram = dram.place(wanted);
            if (!in_dram && storage.needs_dram()) return false;
            plan.residencies.push_back({index, in_dram ? Tier::dram : Tier::slow, storage.live,
                                        in_dram ? *in_dram : *slow.place(wanted)});
        }
        plan.arena[Tier::dram] = std::max(plan_.arena[Tier::dram], dram.top());
        plan.arena[Tier::slow] = std::max(plan_.arena[Tier::slow], slow.top());
        return true;
    }

    bool precedes(int a, int b) const {
        const auto rank = [&](int index) {
            const Storage& storage = evaluated_.schedule.storages()[index];
            return std::pair(!storage.needs_dram(), -storage.bytes);
        };
        return rank(a) < rank(b);
    }

    const Network& evaluated_;
    const Plan& plan_;
    Bytes dram_budget_;
    std::map<std::string, Home> homes_;  // of parameters and states, by name
    EvaluationPlan result_;
};

}  // namespace

EvaluationPlan plan_evaluation(const Network& evaluated, const Network& trained, const Plan& plan,
                               Bytes dram_budget) {
    EvaluationPlan found = Planner(evaluated, trained, plan, dram_budget).run();
    const std::string fault = framework::validate(evaluated.schedule, found.plan, dram_budget);
    if (!fault.empty()) throw std::logic_error("the plan of an evaluation is broken: " + fault);
    return found;
}

}  // namespace runtime::session
