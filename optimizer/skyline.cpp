#include "optimizer/skyline.h"

#include <algorithm>

namespace optimizer {

using framework::aligned;
using framework::Bytes;

Skyline::Skyline(std::span<const Interval> intervals) : intervals_(intervals) {
    for (const Interval& interval : intervals) steps_ = std::max(steps_, interval.live.last);
    starts_.resize(static_cast<std::size_t>(steps_));
}

void Skyline::pack(std::span<const int> some, std::span<const double> scores, double wall,
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

int Skyline::choose(const Run& run) {
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

void Skyline::merge(At run) {  // with neighbours of the same height
    if (std::next(run) != runs_.end() && std::next(run)->height == run->height) {
        run->last = std::next(run)->last;
        runs_.erase(std::next(run));
    }
    if (run != runs_.begin() && std::prev(run)->height == run->height) {
        std::prev(run)->last = run->last;
        runs_.erase(run);
    }
}

void Skyline::raise(At run) {
    const bool left = run != runs_.begin(), right = std::next(run) != runs_.end();
    if (left && right) {
        run->height = std::min(std::prev(run)->height, std::next(run)->height);
    } else {
        run->height = left ? std::prev(run)->height : std::next(run)->height;
    }
    merge(run);
}

void Skyline::split(At run, const framework::LiveRange& live, Bytes top) {
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

}  // namespace optimizer
