#include "tests/support/random_graph.h"

#include <algorithm>
#include <random>

#include "framework/base/error.h"

namespace support {

using namespace framework;

namespace {

class Maker {
  public:
    Maker(unsigned seed) : random_(seed) {}

    int below(std::size_t n) { return static_cast<int>(random_() % n); }
    bool chance(int percent) { return below(100) < percent; }

    Graph make(int ops, bool updates) {
        add(Input{{{1, channels(), 1, 1}}}, {}, "in");
        for (int i = 0; i < ops; ++i) step(updates, text("k", i));
        graph_.keep("last", pool_.back());
        return std::move(graph_);
    }

  private:
    std::int64_t channels() { return 16LL << below(4); }

    TensorId add(Op op, std::vector<TensorId> inputs, const std::string& name) {
        pool_.push_back(graph_.add(std::move(op), inputs, name).front());
        return pool_.back();
    }
    // A tensor of the same shape as x, x itself if there is no other.
    TensorId like(TensorId x) {
        std::vector<TensorId> found;
        for (const TensorId id : pool_) {
            if (graph_.tensor(id).type == graph_.tensor(x).type && id != x) found.push_back(id);
        }
        return found.empty() ? x : found[below(found.size())];
    }

    void step(bool updates, const std::string& name) {
        const TensorId x = pool_[below(pool_.size())];
        const Shape shape = graph_.tensor(x).type.shape;
        if (updates && chance(20)) {
            const TensorId w = graph_.add(Parameter{.shape = shape, .start = {}}, {}, name + ".w").front();
            const TensorId y = add(Multiply{}, {x, w}, name + ".use");
            const TensorId next = graph_.add(Sgd{}, std::vector{w, y}, name).front();
            if (chance(50)) add(Multiply{}, {next, y}, name + ".after");
            return;
        }
        const TensorId other = like(x);
        if (chance(15)) {
            add(Concat{}, {x, pool_.back()}, name);
        } else if (shape[1] > 64) {
            add(Slice{.begin = 0, .end = shape[1] / 2}, {x}, name);
        } else if (other != x && chance(60)) {
            add(Add{}, {x, other}, name);
        } else {
            const TensorId y = add(Eltwise{}, {x}, name);
            if (chance(40) && graph_.readers(x).size() == 1 && x != 0) {
                graph_.set_in_place(y, x);
                std::erase(pool_, x);
            } else if (chance(20)) {
                graph_.tensor(y).role = Role::scratch;
                std::erase(pool_, y);
            }
        }
    }

    std::mt19937 random_;
    Graph graph_;
    std::vector<TensorId> pool_;  // tensors that later ops may read
};

}  // namespace

Graph random_graph(unsigned seed, int ops, bool updates) {
    return Maker(seed).make(ops, updates);
}

Schedule with_dram_uses(const Schedule& schedule, unsigned seed, int percent) {
    std::mt19937 random(seed);
    Indexed<Step, KernelUses> kernels;
    for (Step step = 0; step < schedule.steps(); ++step) {
        KernelUses& kernel = kernels.emplace_back(KernelUses{schedule.kernel(step), {}});
        for (const StorageId storage : schedule.operands(step)) {
            const Use& use = schedule.storages()[storage].use_at(step);
            const bool dram = static_cast<int>(random() % 100) < percent;
            kernel.operands.push_back(
                {storage, use.reads, use.writes, dram ? TierSet{Tier::dram} : use.tiers});
        }
    }
    return {kernels, schedule.storages()};
}

Profile random_profile(const Schedule& schedule, unsigned seed, Kernels kernels) {
    std::mt19937 random(seed);
    const auto unit = [&] { return static_cast<double>(random() % 1000) / 1000.0; };
    Profile profile{.kernels = {}, .copy = framework::copy_costs({1e-6, 29e4}, {1e-6, 12e4})};
    for (Step step = 0; step < schedule.steps(); ++step) {
        const auto& operands = schedule.operands(step);
        KernelProfile kernel;
        const double base = 1e-3 * (1 + unit());
        std::vector<double> alone;
        for (const int operand : operands) {
            alone.push_back(static_cast<double>(schedule.storages()[operand].bytes) /
                            (unit() < 0.5 ? 38e4 : 3e4) * unit());
        }
        const int rule = kernels == Kernels::additive ? 0 : static_cast<int>(random() % 3);
        for (TierMask slow = 0; slow < TierMask{1} << operands.size(); ++slow) {
            double sum = 0, largest = 0;
            bool possible = true;
            for (std::size_t i = 0; i < operands.size(); ++i) {
                if ((slow >> i & 1U) == 0) continue;
                sum += alone[i];
                largest = std::max(largest, alone[i]);
                possible = possible && schedule.storages()[operands[i]].use_at(step).may_be_slow();
            }
            if (!possible) continue;
            const double noise = rule == 2 && slow != 0 ? 0.2 * base * unit() : 0;
            kernel.timings.push_back({slow, rule == 1 ? base + largest : base + sum + noise, 0});
        }
        profile.kernels.push_back(std::move(kernel));
    }
    return profile;
}

}  // namespace support
