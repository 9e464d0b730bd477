#include "optimizer/model/kernel_hull.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <queue>

#include "optimizer/model/tolerances.h"

namespace optimizer {

double value_at(const KernelFunction& function, std::span<const double> share) {
    return std::inner_product(function.penalties.begin(), function.penalties.end(), share.begin(),
                              function.constant);
}

namespace {

double penalties_of(std::uint64_t slow, std::span<const double> penalties) {
    double sum = 0;
    for (std::size_t i = 0; i < penalties.size(); ++i) sum += (slow >> i & 1U) != 0 ? penalties[i] : 0;
    return sum;
}

bool interacts(const KernelTable& kernel, std::uint64_t slow) {
    return std::ranges::any_of(kernel.interactions(), [&](const auto& point) { return point.slow == slow; });
}

Nearest nearest_of_all(const KernelTable& kernel, std::span<const double> penalties) {
    constexpr std::size_t most = 64;
    std::array<double, most> sums{};
    Nearest best{0, kernel.all_dram()};
    const std::uint64_t sets = std::uint64_t{1} << penalties.size();
    for (std::uint64_t slow = 1; slow < sets; ++slow) {
        const int lowest = std::countr_zero(slow);
        sums[slow] = sums[slow & (slow - 1)] + penalties[lowest];
        const double difference = kernel.seconds(slow) - sums[slow];
        if (difference < best.constant) best = {slow, difference};
    }
    return best;
}

// Of the sets whose time is the sum of what each operand adds alone: they are gone through from the least sum
// on, until one is no interaction.
Nearest nearest_sum(const KernelTable& kernel, std::span<const double> penalties) {
    Nearest best{0, kernel.all_dram()};
    std::vector<std::pair<double, std::size_t>> flips;  // what it costs to have an operand on its other side
    for (std::size_t i = 0; i < penalties.size(); ++i) {
        const double adds = kernel.alone(i) - penalties[i];
        if (adds < 0) {
            best.slow |= std::uint64_t{1} << i;
            best.constant += adds;
        }
        flips.emplace_back(std::abs(adds), i);
    }
    if (!interacts(kernel, best.slow)) return best;
    std::ranges::sort(flips);
    struct Next {
        Nearest set;
        std::size_t flipped;  // the last of the flips
        bool operator<(const Next& other) const { return set.constant > other.set.constant; }
    };
    std::priority_queue<Next> queue;
    const auto flip = [&](const Nearest& set, std::size_t which) {
        const auto& [costs, operand] = flips[which];
        queue.push({{set.slow ^ std::uint64_t{1} << operand, set.constant + costs}, which});
    };
    for (flip(best, 0); !queue.empty();) {
        const auto [set, flipped] = queue.top();
        queue.pop();
        if (!interacts(kernel, set.slow)) return set;
        if (flipped + 1 == flips.size()) continue;
        flip(set, flipped + 1);
        const auto& [costs, operand] = flips[flipped];
        flip({set.slow ^ std::uint64_t{1} << operand, set.constant - costs}, flipped + 1);
    }
    return {0, std::numeric_limits<double>::infinity()};
}

}  // namespace

Nearest nearest_set(const KernelTable& kernel, std::span<const double> penalties) {
    constexpr std::size_t few = 6;
    if (penalties.size() <= few) return nearest_of_all(kernel, penalties);
    Nearest best = nearest_sum(kernel, penalties);
    for (const KernelTable::Point& point : kernel.interactions()) {
        const double difference = point.seconds - penalties_of(point.slow, penalties);
        if (difference < best.constant) best = {point.slow, difference};
    }
    return best;
}

namespace {

// The simplex method on the program of the hull: a basis of operands + 1 sets, of which each has its share.
class Hull {
  public:
    Hull(const KernelTable& kernel, std::span<const double> share)
        : kernel_(kernel), size_(share.size() + 1), inverse_(size_ * size_, 0.0) {
        // Operands enter the first basis one by one, those with the largest shares first. Shares are moved a
        // little inwards and apart: where the hull has an edge, or a corner at sets themselves, one of the
        // functions that touch it there is as good as another further in.
        constexpr double inwards = 1e-6;
        std::vector<std::pair<double, std::size_t>> order;
        for (std::size_t i = 0; i < share.size(); ++i) {
            const double inside = (static_cast<double>(i) + 1) / static_cast<double>(size_);
            order.emplace_back((1 - inwards) * std::clamp(share[i], 0.0, 1.0) + inwards * inside, i + 1);
        }
        std::ranges::sort(order, std::greater{});
        std::uint64_t slow = 0;
        for (std::size_t j = 0; j < size_; ++j) {
            if (j > 0) slow |= std::uint64_t{1} << (order[j - 1].second - 1);
            sets_.push_back(slow);
            inverse_[j * size_ + (j > 0 ? order[j - 1].second : 0)] = 1;
            if (j < order.size()) inverse_[j * size_ + order[j].second] = -1;
            shares_.push_back((j > 0 ? order[j - 1].first : 1) - (j < order.size() ? order[j].first : 0));
        }
    }

    KernelFunction solve() {
        constexpr int most_pivots = 300;
        KernelFunction function;
        for (int pivot = 0;; ++pivot) {
            function = duals();
            const Nearest nearest = nearest_set(kernel_, function.penalties);
            const double excess = function.constant - nearest.constant;
            function.constant = nearest.constant;
            if (excess <= tolerance::interaction * kernel_.all_dram() || pivot == most_pivots)
                return function;
            enter(nearest.slow);
        }
    }

  private:
    KernelFunction duals() const {
        std::vector<double> dual(size_, 0.0);
        for (std::size_t j = 0; j < size_; ++j) {
            const double seconds = kernel_.seconds(sets_[j]);
            for (std::size_t i = 0; i < size_; ++i) dual[i] += seconds * inverse_[j * size_ + i];
        }
        return {dual.front(), {dual.begin() + 1, dual.end()}};
    }

    void enter(std::uint64_t slow) {
        std::vector<double> column(size_);
        std::size_t leaves = size_;
        for (std::size_t j = 0; j < size_; ++j) {
            const double* row = &inverse_[j * size_];
            column[j] = row[0];
            for (std::size_t i = 1; i < size_; ++i) column[j] += (slow >> (i - 1) & 1U) != 0 ? row[i] : 0;
            if (column[j] < 1e-9) continue;
            if (leaves == size_ || shares_[j] * column[leaves] < shares_[leaves] * column[j]) leaves = j;
        }
        const double enters = shares_[leaves] / column[leaves];
        double* pivot_row = &inverse_[leaves * size_];
        for (std::size_t i = 0; i < size_; ++i) pivot_row[i] /= column[leaves];
        for (std::size_t j = 0; j < size_; ++j) {
            if (j == leaves || column[j] == 0) continue;
            shares_[j] = std::max(0.0, shares_[j] - enters * column[j]);
            for (std::size_t i = 0; i < size_; ++i) inverse_[j * size_ + i] -= column[j] * pivot_row[i];
        }
        shares_[leaves] = enters;
        sets_[leaves] = slow;
    }

    const KernelTable& kernel_;
    std::size_t size_;
    std::vector<double> inverse_;  // of the matrix whose columns are the sets: by set, (1, operands)
    std::vector<std::uint64_t> sets_;
    std::vector<double> shares_;
};

}  // namespace

KernelFunction touch_hull(const KernelTable& kernel, std::span<const double> share) {
    if (!kernel.interactions().empty()) return Hull(kernel, share).solve();
    KernelFunction function{kernel.all_dram(), {}};
    for (std::size_t i = 0; i < share.size(); ++i) function.penalties.push_back(kernel.alone(i));
    return function;
}

}  // namespace optimizer
