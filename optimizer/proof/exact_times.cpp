#include "optimizer/proof/exact_times.h"

#include <algorithm>
#include <queue>

namespace optimizer {

using framework::Tier;
using framework::TierMask;

namespace {

constexpr TierMask bit(std::size_t operand) {
    return TierMask{1} << operand;
}

const Integer gib = Integer(1) << 30;

}  // namespace

TimeUnit::TimeUnit(const StoredCopy& to_dram, const StoredCopy& to_slow) {
    const Integer common_dram = gcd(to_dram.bytes_per_s, decimal_one()),
                  common_slow = gcd(to_slow.bytes_per_s, decimal_one());
    const Integer rate_dram = to_dram.bytes_per_s / common_dram,
                  rate_slow = to_slow.bytes_per_s / common_slow;
    per_byte_ = rate_dram * rate_slow;
    per_decimal_ = per_byte_ * gib;
    const Integer one = decimal_one() * decimal_one() * gib;
    per_copied_byte_[Tier::dram] = one / common_dram * rate_slow;
    per_copied_byte_[Tier::slow] = one / common_slow * rate_dram;
    latency_[Tier::dram] = seconds(to_dram.latency_s);
    latency_[Tier::slow] = seconds(to_slow.latency_s);
}

Integer TimeUnit::copy(Tier to, framework::Bytes bytes) const {
    return latency_[to] + per_copied_byte_[to] * bytes;
}

KernelTimes::KernelTimes(const std::vector<StoredTime>& listed, std::size_t operands, const TimeUnit& unit)
    : adds_(operands) {
    for (const StoredTime& time : listed) listed_.emplace(time.slow, unit.seconds(time.seconds));
    all_dram_ = listed_.at(0);
    for (std::size_t i = 0; i < operands; ++i) {
        const auto alone = listed_.find(bit(i));
        if (alone != listed_.end()) adds_[i] = alone->second - all_dram_;
    }
}

Integer KernelTimes::at(TierMask slow) const {
    if (const auto found = listed_.find(slow); found != listed_.end()) return found->second;
    Integer time = all_dram_;
    for (std::size_t i = 0; i < adds_.size(); ++i) {
        if ((slow & bit(i)) != 0) time += adds_[i];
    }
    return time;
}

// Listed sets are looked at one by one. Of the others, whose times are sums over their operands, the sets
// come in rising order of time − function, until one comes that is not listed.
Integer KernelTimes::least_above(const Integer& constant, const std::vector<Integer>& penalties, TierMask may,
                                 TierMask must) const {
    std::optional<Integer> least;
    const auto take = [&](const Integer& above) {
        if (!least || above < *least) least = above;
    };
    for (const auto& [slow, time] : listed_) {
        if ((slow & ~may) != 0 || (must & ~slow) != 0) continue;
        Integer above = time - constant;
        for (std::size_t i = 0; i < adds_.size(); ++i) {
            if ((slow & bit(i)) != 0) above -= penalties[i];
        }
        take(above);
    }

    struct Set {
        Integer above;
        TierMask slow;
        std::size_t next;  // of `free`: those before it are decided
        bool operator<(const Set& other) const { return above > other.above; }
    };
    Set lowest{all_dram_ - constant, must, 0};
    std::vector<std::pair<Integer, std::size_t>> free;  // what an operand changes at the most, and which
    for (std::size_t i = 0; i < adds_.size(); ++i) {
        const Integer change = adds_[i] - penalties[i];
        const bool is_free = (may & ~must & bit(i)) != 0;
        if ((must & bit(i)) != 0 || (is_free && change < 0)) {
            lowest.above += change;
            lowest.slow |= bit(i);
        }
        if (is_free) free.emplace_back(abs(change), i);
    }
    std::ranges::sort(free);
    std::priority_queue<Set> sets;
    sets.push(lowest);
    while (!sets.empty()) {
        const Set set = sets.top();
        sets.pop();
        if (!listed_.contains(set.slow)) {
            take(set.above);
            break;
        }
        if (set.next == free.size()) continue;
        // Each set comes from one other: the last operand that was changed, or that one back and the next.
        const auto& [change, operand] = free[set.next];
        sets.push({set.above + change, set.slow ^ bit(operand), set.next + 1});
        if (set.next == 0) continue;
        const auto& [before, last] = free[set.next - 1];
        sets.push({set.above + change - before, set.slow ^ bit(operand) ^ bit(last), set.next + 1});
    }
    return least.value_or(Integer(0));  // none: no set is allowed
}

}  // namespace optimizer
