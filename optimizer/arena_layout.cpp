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
//          +---+            An interval goes on the lowest run, if all of its steps lie within it: nothing is
//          lost
//    ------+   |            below. Of those, the one of the highest score; one that reaches to a wall of the
//    run
//              +------      scores more, since it leaves no sliver beside it. A run that nothing fits into is
//     run 1  2   run 3      raised to its lower neighbour: those bytes are lost.
//
class Skyline {
  public:
    explicit Skyline(std::span<const Interval> intervals) : intervals_(intervals) {
        for (const Interval& interval : intervals) steps_ = std::max(steps_, interval.live.last);
    }

    // Writes offsets; returns the height. `wall` is what one wall adds to a score, relative to it.
    Bytes pack(std::span<const double> scores, double wall, std::vector<Bytes>& offsets) {
        std::vector<int> waiting(intervals_.size());
        std::iota(waiting.begin(), waiting.end(), 0);
        std::stable_sort(waiting.begin(), waiting.end(), [&](int a, int b) {
            return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
        });
        runs_.assign(1, {0, steps_, 0});
        Bytes height = 0;
        while (!waiting.empty()) {
            const auto run = std::min_element(runs_.begin(), runs_.end(),
                                              [](const Run& a, const Run& b) { return a.height < b.height; });
            const auto chosen = choose(*run, waiting, scores, wall);
            work_ += runs_.size();
            if (chosen == waiting.end()) {
                raise(run);
                continue;
            }
            const auto index = static_cast<std::size_t>(*chosen);
            waiting.erase(chosen);
            offsets[index] = run->height;
            const Bytes top = run->height + aligned(intervals_[index].bytes);
            height = std::max(height, top);
            split(run, intervals_[index].live, top);
        }
        return height;
    }
    std::size_t work() const { return work_; }

  private:
    struct Run {
        int first, last;
        Bytes height;
    };
    using At = std::vector<Run>::iterator;

    std::vector<int>::iterator choose(const Run& run, std::vector<int>& waiting,
                                      std::span<const double> scores, double wall) {
        auto best = waiting.end();
        double most = -1;
        for (auto it = waiting.begin(); it != waiting.end(); ++it) {
            const double score = scores[static_cast<std::size_t>(*it)];
            if (most >= score * (1 + 2 * wall)) break;
            ++work_;
            const auto& live = intervals_[static_cast<std::size_t>(*it)].live;
            if (live.first < run.first || live.last > run.last) continue;
            const int walls =
                (live.first == run.first && run.first > 0) + (live.last == run.last && run.last < steps_);
            if (score * (1 + wall * walls) > most) {
                most = score * (1 + wall * walls);
                best = it;
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
    int steps_ = 0;
    std::vector<Run> runs_;  // by step, neighbours of different heights
    std::size_t work_ = 0;   // comparisons done
};

Bytes most_live(std::span<const Interval> intervals) {
    int steps = 0;
    for (const Interval& interval : intervals) steps = std::max(steps, interval.live.last);
    std::vector<Bytes> live(static_cast<std::size_t>(steps) + 1, 0);
    for (const Interval& interval : intervals) {
        live[static_cast<std::size_t>(interval.live.first)] += aligned(interval.bytes);
        live[static_cast<std::size_t>(interval.live.last)] -= aligned(interval.bytes);
    }
    std::partial_sum(live.begin(), live.end(), live.begin());
    return *std::max_element(live.begin(), live.end());
}

}  // namespace

Layout layout(std::span<const Interval> intervals, Bytes enough) {
    Layout best;
    best.offsets.assign(intervals.size(), 0);
    if (intervals.empty()) return best;
    best.lower_bound = most_live(intervals);

    // Scores: length, or length times size; as they are at first, then with noise.
    constexpr std::size_t work_limit = 500'000'000;
    constexpr int attempt_limit = 300;
    Skyline skyline(intervals);
    std::mt19937 random(1);
    std::vector<double> scores(intervals.size());
    std::vector<Bytes> offsets(intervals.size());
    for (int attempt = 0; attempt < attempt_limit && skyline.work() < work_limit; ++attempt) {
        const bool by_area = attempt % 2 == 0;
        const double wall = std::array{0.0, 1.0, 3.0}[static_cast<std::size_t>(attempt / 2 % 3)];
        const double noise = attempt < 6 ? 0 : 0.5;
        for (std::size_t i = 0; i < intervals.size(); ++i) {
            const double length = intervals[i].live.last - intervals[i].live.first;
            const auto bytes = static_cast<double>(intervals[i].bytes);
            const double draw = static_cast<double>(random()) / static_cast<double>(std::mt19937::max());
            scores[i] = (by_area ? length * bytes : length + 1e-15 * bytes) * (1 + noise * draw);
        }
        const Bytes height = skyline.pack(scores, wall, offsets);
        if (attempt == 0 || height < best.height) {
            best.height = height;
            best.offsets = offsets;
        }
        const bool tried = attempt >= 12 && skyline.work() > work_limit / 20;
        if (best.height <= (tried ? std::max(enough, best.lower_bound) : best.lower_bound)) break;
    }
    return best;
}

}  // namespace optimizer
