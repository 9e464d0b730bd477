#include "optimizer/arena_layout.h"

#include <algorithm>
#include <numeric>
#include <random>

namespace optimizer {

using framework::aligned;
using framework::Bytes;

namespace {

using Order = std::vector<int>;

// Places intervals one by one, in the order it is given them, at the lowest offset that is free over all of
// their steps, or in the smallest gap that is large enough.
class Packer {
  public:
    enum class Fit { lowest, best };

    explicit Packer(std::span<const Interval> intervals) : intervals_(intervals) {}

    Bytes pack(const Order& order, Fit fit, std::vector<Bytes>& offsets) {
        placed_.clear();
        Bytes height = 0;
        for (const int index : order) {
            const Interval& interval = intervals_[static_cast<std::size_t>(index)];
            const Block block{.offset = gap(interval, fit), .end = 0, .live = interval.live};
            offsets[static_cast<std::size_t>(index)] = block.offset;
            insert(block, aligned(interval.bytes));
            height = std::max(height, block.offset + aligned(interval.bytes));
        }
        return height;
    }
    std::size_t work() const { return work_; }

  private:
    struct Block {
        Bytes offset, end;
        framework::LiveRange live;
    };

    Bytes gap(const Interval& interval, Fit fit) {
        const Bytes bytes = aligned(interval.bytes);
        Bytes reached = 0, found = -1, smallest = 0;
        for (const Block& block : placed_) {
            if (block.live.last <= interval.live.first || interval.live.last <= block.live.first) continue;
            const Bytes room = block.offset - reached;
            if (room >= bytes) {
                if (fit == Fit::lowest || room == bytes) return reached;
                if (found < 0 || room < smallest) {
                    found = reached;
                    smallest = room;
                }
            }
            reached = std::max(reached, block.end);
        }
        return found < 0 ? reached : found;
    }

    void insert(Block block, Bytes bytes) {
        work_ += placed_.size() + 1;
        block.end = block.offset + bytes;
        placed_.insert(std::upper_bound(placed_.begin(), placed_.end(), block,
                                        [](const Block& a, const Block& b) { return a.offset < b.offset; }),
                       block);
    }

    std::span<const Interval> intervals_;
    std::vector<Block> placed_;  // by offset
    std::size_t work_ = 0;       // comparisons done
};

std::vector<Bytes> live_bytes(std::span<const Interval> intervals) {
    int steps = 0;
    for (const Interval& interval : intervals) steps = std::max(steps, interval.live.last);
    std::vector<Bytes> live(static_cast<std::size_t>(steps) + 1, 0);
    for (const Interval& interval : intervals) {
        live[static_cast<std::size_t>(interval.live.first)] += aligned(interval.bytes);
        live[static_cast<std::size_t>(interval.live.last)] -= aligned(interval.bytes);
    }
    std::partial_sum(live.begin(), live.end(), live.begin());
    return live;
}

// The fullest step that an interval lives at.
std::vector<Bytes> crowding(std::span<const Interval> intervals, const std::vector<Bytes>& live) {
    std::vector<Bytes> peak;
    for (const Interval& interval : intervals) {
        peak.push_back(
            *std::max_element(live.begin() + interval.live.first, live.begin() + interval.live.last));
    }
    return peak;
}

}  // namespace

Layout layout(std::span<const Interval> intervals, Bytes target) {
    Layout best;
    best.offsets.assign(intervals.size(), 0);
    if (intervals.empty()) return best;
    const std::vector<Bytes> live = live_bytes(intervals);
    best.lower_bound = *std::max_element(live.begin(), live.end());
    target = std::max(target, best.lower_bound);

    const auto at = [&](int i) -> const Interval& { return intervals[static_cast<std::size_t>(i)]; };
    const auto length = [&](int i) { return at(i).live.last - at(i).live.first; };
    const auto area = [&](int i) {
        return static_cast<double>(length(i)) * static_cast<double>(at(i).bytes);
    };
    const std::vector<Bytes> crowd = crowding(intervals, live);
    const auto sorted = [&](auto key) {
        Order order(intervals.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return key(a) < key(b); });
        return order;
    };
    const std::vector<Order> orders{
        sorted([&](int i) { return std::pair(-length(i), -at(i).bytes); }),
        sorted([&](int i) { return -area(i); }),
        sorted([&](int i) { return std::pair(-at(i).bytes, -length(i)); }),
        sorted(
            [&](int i) { return std::tuple(-crowd[static_cast<std::size_t>(i)], -length(i), -at(i).bytes); }),
        sorted(
            [&](int i) { return std::tuple(-crowd[static_cast<std::size_t>(i)], -at(i).bytes, -length(i)); }),
        sorted([&](int i) { return std::pair(at(i).live.first, -length(i)); }),
    };

    Packer packer(intervals);
    std::vector<Bytes> offsets(intervals.size());
    const auto attempt = [&](const Order& order, Packer::Fit fit) {
        const Bytes height = packer.pack(order, fit, offsets);
        const bool better = best.height == 0 || height < best.height;
        if (better) {
            best.height = height;
            best.offsets = offsets;
        }
        return better;
    };
    Order order = orders.front();
    auto fit = Packer::Fit::lowest;
    for (const Order& start : orders) {
        for (const auto how : {Packer::Fit::lowest, Packer::Fit::best}) {
            if (attempt(start, how)) {
                order = start;
                fit = how;
            }
            if (best.height <= target) return best;
        }
    }

    // Those that stick out are placed earlier the next time; where that does not help for long, from a new
    // start.
    constexpr std::size_t work_limit = 400'000'000, attempt_limit = 400;
    std::mt19937 random(1);
    Order current = order;
    std::size_t stuck = 0;
    for (std::size_t i = 0; i < attempt_limit && packer.work() < work_limit; ++i) {
        const bool better = attempt(current, fit);
        if (better) order = current;
        if (best.height <= target) break;
        stuck = better ? 0 : stuck + 1;
        if (stuck > 0 && stuck % 20 == 0)
            current = stuck % 40 == 0 ? orders[random() % orders.size()] : order;
        for (std::size_t i = 1; i < current.size(); ++i) {
            const auto index = static_cast<std::size_t>(current[i]);
            if (offsets[index] + aligned(intervals[index].bytes) <= target) continue;
            const auto to = static_cast<std::size_t>(random() % (i + 1));
            std::rotate(current.begin() + static_cast<std::ptrdiff_t>(to),
                        current.begin() + static_cast<std::ptrdiff_t>(i),
                        current.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        }
    }
    return best;
}

}  // namespace optimizer
