#include "optimizer/arena_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

namespace optimizer {

using framework::aligned;
using framework::Bytes;

namespace {

// Fills the arena from the bottom. The skyline is the height reached so far, in runs of steps of one height:
//
//          +---+            An interval goes on the lowest run, if all its steps lie within it: nothing
//    ------+   |            is lost below. Of those, the one of the highest score; one that reaches a wall
//              +------      of the run scores more, since it leaves no sliver beside it. A run that nothing
//     run 1  2   run 3      fits into is raised to its lower neighbour: those bytes are lost.
//
class Skyline {
  public:
    explicit Skyline(std::span<const Interval> intervals) : intervals_(intervals) {
        for (const Interval& interval : intervals) steps_ = std::max(steps_, interval.live.last);
        starts_.resize(static_cast<std::size_t>(steps_));
    }

    // Writes the offsets of `some`. `wall` is what one wall adds to a score, relative to it.
    void pack(std::span<const int> some, std::span<const double> scores, double wall,
              std::vector<Bytes>& offsets) {
        scores_ = scores;
        wall_ = wall;
        waiting_.assign(some.begin(), some.end());
        std::stable_sort(waiting_.begin(), waiting_.end(), [&](int a, int b) { return score(a) > score(b); });
        for (auto& starts : starts_) starts.clear();
        for (const int i : waiting_) starts_at(i).push_back(i);
        runs_.assign(1, {0, steps_, 0});
        while (!waiting_.empty()) {
            const auto run = std::min_element(runs_.begin(), runs_.end(),
                                              [](const Run& a, const Run& b) { return a.height < b.height; });
            const int chosen = choose(*run);
            work_ += runs_.size();
            if (chosen < 0) {
                raise(run);
                continue;
            }
            std::erase(starts_at(chosen), chosen);
            std::erase(waiting_, chosen);
            const auto index = static_cast<std::size_t>(chosen);
            offsets[index] = run->height;
            const Bytes top = run->height + aligned(intervals_[index].bytes);
            split(run, intervals_[index].live, top);
        }
    }
    std::size_t work() const { return work_; }

  private:
    struct Run {
        int first, last;
        Bytes height;
    };
    using At = std::vector<Run>::iterator;

    double score(int interval) const { return scores_[static_cast<std::size_t>(interval)]; }
    std::vector<int>& starts_at(int interval) {
        return starts_[static_cast<std::size_t>(intervals_[static_cast<std::size_t>(interval)].live.first)];
    }

    // -1: nothing fits into the run.
    int choose(const Run& run) {
        int best = -1;
        double most = -1;
        const auto consider = [&](int i) {
            ++work_;
            const auto& live = intervals_[static_cast<std::size_t>(i)].live;
            if (live.first < run.first || live.last > run.last) return;
            const int walls =
                (live.first == run.first && run.first > 0) + (live.last == run.last && run.last < steps_);
            if (score(i) * (1 + wall_ * walls) <= most) return;
            most = score(i) * (1 + wall_ * walls);
            best = i;
        };
        if (8 * (run.last - run.first) < steps_) {  // few start within it
            for (int step = run.first; step < run.last; ++step) {
                for (const int i : starts_[static_cast<std::size_t>(step)]) consider(i);
            }
        } else {
            for (const int i : waiting_) {
                if (most >= score(i) * (1 + 2 * wall_)) break;
                consider(i);
            }
        }
        return best;
    }

    void merge(At run) {  // with neighbours of the same height
        if (std::next(run) != runs_.end() && std::next(run)->height == run->height) {
            run->last = std::next(run)->last;
            runs_.erase(std::next(run));
        }
        if (run != runs_.begin() && std::prev(run)->height == run->height) {
            std::prev(run)->last = run->last;
            runs_.erase(run);
        }
    }

    void raise(At run) {
        const bool left = run != runs_.begin(), right = std::next(run) != runs_.end();
        if (left && right) {
            run->height = std::min(std::prev(run)->height, std::next(run)->height);
        } else {
            run->height = left ? std::prev(run)->height : std::next(run)->height;
        }
        merge(run);
    }

    void split(At run, const framework::LiveRange& live, Bytes top) {
        const Run whole = *run;
        *run = {live.first, live.last, top};
        if (live.last < whole.last) {
            run = std::prev(runs_.insert(std::next(run), {live.last, whole.last, whole.height}));
        }
        if (whole.first < live.first) {
            run = std::next(runs_.insert(run, {whole.first, live.first, whole.height}));
        }
        merge(run);
    }

    std::span<const Interval> intervals_;
    std::span<const double> scores_;
    double wall_ = 0;
    int steps_ = 0;
    std::vector<Run> runs_;                 // by step, neighbours of different heights
    std::vector<int> waiting_;              // without an offset yet, by falling score
    std::vector<std::vector<int>> starts_;  // the same by first step
    std::size_t work_ = 0;                  // comparisons done
};

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

class Packer {
  public:
    explicit Packer(std::span<const Interval> intervals)
        : intervals_(intervals), skyline_(intervals), load_(intervals), offsets_(intervals.size(), 0) {
        for (const Interval& interval : intervals) load_.add(interval.live, aligned(interval.bytes));
        lower_bound_ = load_.most();
        for (const Bytes share : {1'000, 30'000, 1'000'000}) {
            splits_.push_back(split(intervals, load_, lower_bound_, lower_bound_ / share));
        }
        all_.standing.resize(intervals.size());
        std::iota(all_.standing.begin(), all_.standing.end(), 0);
    }

    // Writes offsets; returns the height. Scores: length, or length times size; as they are at first, then
    // with noise. What stuck out of the lower bound weighs more in the attempts that follow, and comes
    // earlier (squeaky wheel: Joslin and Clements 1999). Every round starts afresh, with its own mixture of
    // the two.
    Bytes attempt(int number) {
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

        skyline_.pack(split.standing, scores_, wall, offsets_);
        skyline_.pack(split.hanging, scores_, wall, offsets_);
        Load depth(intervals_);  // of what hangs
        for (const int i : split.hanging) depth.raise(at(i).live, end(i));
        Bytes height = lower_bound_;
        for (const int i : split.standing) {
            const Bytes needed = end(i) + (hang ? depth.most(at(i).live) : 0);
            height = std::max(height, needed);
            if (needed > lower_bound_) weights_[static_cast<std::size_t>(i)] *= heavier;
        }
        for (const int i : split.hanging) offsets_[static_cast<std::size_t>(i)] = height - end(i);
        return height;
    }
    const std::vector<Bytes>& offsets() const { return offsets_; }
    Bytes lower_bound() const { return lower_bound_; }
    std::size_t work() const { return skyline_.work(); }

  private:
    const Interval& at(int i) const { return intervals_[static_cast<std::size_t>(i)]; }
    Bytes end(int i) const { return offsets_[static_cast<std::size_t>(i)] + aligned(at(i).bytes); }

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

    std::span<const Interval> intervals_;
    Skyline skyline_;
    Load load_;
    std::vector<Split> splits_;
    Split all_;
    std::vector<double> weights_, scores_;
    std::mt19937 random_{1};
    std::vector<Bytes> offsets_;
    Bytes lower_bound_ = 0;
};

}  // namespace

Layout layout(std::span<const Interval> intervals, Bytes enough) {
    if (intervals.empty()) return {};
    constexpr std::size_t work_limit = 500'000'000;  // comparisons: about a second
    constexpr int attempt_limit = 1000;
    Packer packer(intervals);
    Layout best{.offsets = {}, .height = 0, .lower_bound = packer.lower_bound()};
    for (int attempt = 0; attempt < attempt_limit && packer.work() < work_limit; ++attempt) {
        const Bytes height = packer.attempt(attempt);
        if (attempt == 0 || height < best.height) {
            best.height = height;
            best.offsets = packer.offsets();
        }
        const bool tried = attempt >= 24 && packer.work() > work_limit / 4;
        if (best.height <= (tried ? std::max(enough, best.lower_bound) : best.lower_bound)) break;
    }
    return best;
}

}  // namespace optimizer
