#include "optimizer/arena_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include "optimizer/skyline.h"

namespace optimizer {

using framework::aligned;
using framework::Bytes;

namespace {

// Bytes by step.
class Load {
  public:
    explicit Load(std::span<const Interval> intervals) {
        int steps = 1;
        for (const Interval& interval : intervals) steps = std::max(steps, interval.live.last);
        bytes_.resize(static_cast<std::size_t>(steps), 0);
    }

    void add(const framework::LiveRange& live, Bytes bytes) {
        for (Bytes& at : over(live)) at += bytes;
    }
    void raise(const framework::LiveRange& live, Bytes to) {
        for (Bytes& at : over(live)) at = std::max(at, to);
    }
    Bytes most(const framework::LiveRange& live) const { return *std::ranges::max_element(over(live)); }
    int steps() const { return static_cast<int>(bytes_.size()); }
    Bytes most() const { return *std::ranges::max_element(bytes_); }

  private:
    std::span<Bytes> over(const framework::LiveRange& live) {
        return std::span(bytes_).subspan(static_cast<std::size_t>(live.first),
                                         static_cast<std::size_t>(live.last - live.first));
    }
    std::span<const Bytes> over(const framework::LiveRange& live) const {
        return std::span(bytes_).subspan(static_cast<std::size_t>(live.first),
                                         static_cast<std::size_t>(live.last - live.first));
    }

    std::vector<Bytes> bytes_;
};

// Which intervals are packed from the bottom, and which hang from the top: small ones that live long, where
// there is room for them twice. At the bottom they would lift all that outlives them.
//
//   top    +====+-----
//          |    |____|
//        __|____|    |__
//
struct Split {
    std::vector<int> standing, hanging;
};

Split split(std::span<const Interval> intervals, Load live, Bytes top, Bytes largest) {
    std::vector<int> by_size(intervals.size());
    std::iota(by_size.begin(), by_size.end(), 0);
    const auto interval = [&](int i) { return intervals[static_cast<std::size_t>(i)]; };
    std::ranges::stable_sort(by_size, {}, [&](int i) { return interval(i).bytes; });
    Split result;
    for (const int i : by_size) {
        const auto [range, bytes] = interval(i);
        const bool is_long = 16 * (range.last - range.first) > live.steps();
        const bool hangs = bytes <= largest && is_long && live.most(range) + aligned(bytes) <= top;
        if (hangs) live.add(range, aligned(bytes));
        (hangs ? result.hanging : result.standing).push_back(i);
    }
    return result;
}

// What is live at every step lies at the bottom. So do small ones that have room at every step: where they
// end, they would leave slivers that nothing fills.
//
//   |_______
//   |       |  others  |
//   +------------------+
//   +==================+ step
//
struct Bars {
    std::vector<int> bars, others;
    Bytes height = 0;
};

Bars find_bars(std::span<const Interval> intervals, Load live, Bytes top, Bytes largest) {
    std::vector<int> by_size(intervals.size());
    std::iota(by_size.begin(), by_size.end(), 0);
    std::ranges::stable_sort(by_size, {},
                             [&](int i) { return intervals[static_cast<std::size_t>(i)].bytes; });
    Bars result;
    for (const int i : by_size) {
        const auto& [range, size] = intervals[static_cast<std::size_t>(i)];
        const Bytes bytes = aligned(size);
        const framework::LiveRange before{0, range.first}, after{range.last, live.steps()};
        const auto has_room = [&](const framework::LiveRange& rest) {
            return rest.first == rest.last || (size <= largest && live.most(rest) + bytes <= top);
        };
        if (!has_room(before) || !has_room(after)) {
            result.others.push_back(i);
            continue;
        }
        live.add(before, bytes);
        live.add(after, bytes);
        result.bars.push_back(i);
        result.height += bytes;
    }
    std::ranges::sort(result.others);
    return result;
}

class Packer {
  public:
    Packer(std::span<const Interval> all, const Load& load, Bytes top, Bytes largest_bar)
        : bars_(find_bars(all, load, top, largest_bar)),
          intervals_(chosen(all, bars_.others)),
          skyline_(intervals_),
          target_(top - bars_.height),
          offsets_(all.size(), 0),
          packed_(intervals_.size(), 0) {
        Bytes height = 0;
        for (const int bar : bars_.bars) {
            offsets_[static_cast<std::size_t>(bar)] = height;
            height += aligned(all[static_cast<std::size_t>(bar)].bytes);
        }
        Load left(intervals_);
        for (const Interval& interval : intervals_) left.add(interval.live, aligned(interval.bytes));
        for (const Bytes share : {1'000, 30'000, 1'000'000}) {
            splits_.push_back(split(intervals_, left, target_, target_ / share));
        }
        all_.standing.resize(intervals_.size());
        std::iota(all_.standing.begin(), all_.standing.end(), 0);
    }

    // Another layout; returns its height.
    Bytes attempt() {
        const Bytes height = bars_.height + pack(attempts_++);
        for (std::size_t i = 0; i < packed_.size(); ++i) {
            offsets_[static_cast<std::size_t>(bars_.others[i])] = bars_.height + packed_[i];
        }
        return height;
    }
    const std::vector<Bytes>& offsets() const { return offsets_; }
    const std::vector<int>& bars() const { return bars_.bars; }
    std::size_t work() const { return skyline_.work(); }

  private:
    static std::vector<Interval> chosen(std::span<const Interval> all, std::span<const int> some) {
        std::vector<Interval> intervals;
        for (const int i : some) intervals.push_back(all[static_cast<std::size_t>(i)]);
        return intervals;
    }

    // Writes the offsets of what is no bar; returns the height. Scores: length, or length times size; as they
    // are at first, then with noise. What stuck out of the target weighs more in the attempts that follow,
    // and comes earlier (squeaky wheel: Joslin and Clements 1999). Every round starts afresh, with its own
    // mixture of the two.
    Bytes pack(int number) {
        const bool hang = number / 2 % 2 == 1;
        const Split& split = hang ? splits_[static_cast<std::size_t>(number / 4 % 3)] : all_;
        const double wall = std::array{0.0, 1.0, 3.0}[static_cast<std::size_t>(number / 2 % 3)];
        constexpr int attempts_in_round = 30;
        struct Round {
            double heavier, noise;
        };
        constexpr std::array rounds{Round{1.5, 0.2}, Round{1.5, 1}, Round{1, 0.5}, Round{8, 0.02}};
        const auto [heavier, noise] =
            rounds[static_cast<std::size_t>(number / attempts_in_round) % rounds.size()];
        if (number % attempts_in_round == 0) weights_.assign(intervals_.size(), 1.0);
        draw_scores(number % 2 == 0, number < 12 ? 0 : noise);

        skyline_.pack(split.standing, scores_, wall, packed_);
        skyline_.pack(split.hanging, scores_, wall, packed_);
        Load depth(intervals_);  // of what hangs
        for (const int i : split.hanging) depth.raise(at(i).live, end(i));
        Bytes height = std::max(target_, depth.most());
        for (const int i : split.standing) {
            const Bytes needed = end(i) + (hang ? depth.most(at(i).live) : 0);
            height = std::max(height, needed);
            if (needed > target_) weights_[static_cast<std::size_t>(i)] *= heavier;
        }
        for (const int i : split.hanging) packed_[static_cast<std::size_t>(i)] = height - end(i);
        return height;
    }

    const Interval& at(int i) const { return intervals_[static_cast<std::size_t>(i)]; }
    Bytes end(int i) const { return packed_[static_cast<std::size_t>(i)] + aligned(at(i).bytes); }

    void draw_scores(bool by_area, double noise) {
        scores_.clear();
        for (const auto& [live, size] : intervals_) {
            const double length = live.last - live.first;
            const auto bytes = static_cast<double>(size);
            const double draw = static_cast<double>(random_()) / static_cast<double>(std::mt19937::max());
            scores_.push_back((by_area ? length * bytes : length + 1e-15 * bytes) * (1 + noise * draw) *
                              weights_[scores_.size()]);
        }
    }

    Bars bars_;
    std::vector<Interval> intervals_;  // that are no bars
    Skyline skyline_;
    Bytes target_;  // what they are to be packed into
    std::vector<Split> splits_;
    Split all_;
    std::vector<double> weights_, scores_;
    std::mt19937 random_{1};
    int attempts_ = 0;
    std::vector<Bytes> offsets_;  // of all
    std::vector<Bytes> packed_;   // of intervals_, above the bars
};

}  // namespace

// Packers that differ in what they take for a bar take turns.
Layout layout(std::span<const Interval> intervals, Bytes enough) {
    if (intervals.empty()) return {};
    constexpr std::size_t work_limit = 500'000'000;  // comparisons: about a second
    constexpr int attempt_limit = 1000, turn = 12;
    Load load(intervals);
    for (const Interval& interval : intervals) load.add(interval.live, aligned(interval.bytes));
    const Bytes lower_bound = load.most();
    std::vector<Packer> packers;  // a Packer may move: what its skyline looks at lies on the heap
    for (const Bytes largest_bar :
         {lower_bound / 1'000, lower_bound / 30'000, lower_bound / 1'000'000, Bytes{0}}) {
        Packer packer(intervals, load, lower_bound, largest_bar);
        if (packers.empty() || packer.bars() != packers.back().bars()) packers.push_back(std::move(packer));
    }

    Layout best{.offsets = {}, .height = 0, .lower_bound = lower_bound};
    std::size_t work = 0;
    for (int attempt = 0; attempt < attempt_limit && work < work_limit; ++attempt) {
        Packer& packer = packers[static_cast<std::size_t>(attempt / turn) % packers.size()];
        const std::size_t before = packer.work();
        const Bytes height = packer.attempt();
        work += packer.work() - before;
        if (attempt == 0 || height < best.height) {
            best.height = height;
            best.offsets = packer.offsets();
        }
        const bool tried = attempt >= 24 && work > work_limit / 4;
        if (best.height <= (tried ? std::max(enough, best.lower_bound) : best.lower_bound)) break;
    }
    return best;
}

}  // namespace optimizer
