#include "optimizer/addresses/skyline.h"

#include <algorithm>
#include <numeric>

namespace optimizer {

using framework::aligned;
using framework::Bytes;
using framework::Step;

Skyline::Skyline(ByInterval<Interval> intervals) : intervals_(std::move(intervals)) {
    for (const Interval& interval : intervals_) steps_ = std::max<int>(steps_, interval.live.last);
    starts_ = ByStep<std::vector<IntervalId>>::filled(steps_);
    load_ = ByStep<Bytes>::filled(steps_);
    for (const IntervalId i : intervals_.ids()) {
        const auto& [live, bytes] = intervals_[i];
        starts_[live.first].push_back(i);
        for (Step step = live.first; step < live.last; ++step) {
            load_[step] += aligned(bytes);
        }
    }
}

void Skyline::start(const ByInterval<double>& scores, Bytes top) {
    const std::size_t count = intervals_.size();
    scores_ = scores;
    runs_.assign(1, {0, steps_, 0});
    slack_.clear();
    for (const Bytes load : load_) slack_.push_back(top - load);
    waits_.assign(count, true);
    waiting_ = count;
    least_waiting_ = count + 1;
    decided_.clear();
    offsets_.assign(count, 0);
    stuck_.clear();

    std::vector<IntervalId> by_score(count);
    std::iota(by_score.begin(), by_score.end(), 0);
    std::ranges::stable_sort(by_score, std::greater{}, [&](IntervalId i) { return scores_[i]; });
    next_.resize(count + 1);
    previous_.resize(count + 1);
    IntervalId last = intervals_.count();
    by_score.push_back(last);
    for (const IntervalId i : by_score) {
        next_[last] = i;
        previous_[i] = last;
        last = i;
    }
}

bool Skyline::pack(const ByInterval<double>& scores, Bytes top, std::size_t limit) {
    start(scores, top);
    std::size_t decisions = 0;
    for (IntervalId tried = -1; waiting_ > 0;) {
        if (++decisions > limit) return false;
        const auto lowest = std::ranges::min_element(runs_, {}, &Run::height);
        const Run run = *lowest;
        const auto at = lowest - runs_.begin();
        const IntervalId chosen = choose(run, tried);
        tried = -1;
        if (chosen >= 0) {
            put(at, chosen);
        } else if (!raise(at)) {
            note_stuck(run);
            tried = take_back(run);
            if (tried < 0) return false;
        }
    }
    return true;
}

IntervalId Skyline::choose(const Run& run, IntervalId tried) const {
    IntervalId best = -1;
    const auto comes_before = [&](IntervalId a, IntervalId b) {
        return scores_[a] > scores_[b] || (scores_[a] == scores_[b] && a < b);
    };
    const auto consider = [&](IntervalId i) {
        const auto& [live, bytes] = intervals_[i];
        if (live.first < run.first || live.last > run.last) return;
        if (best >= 0 && comes_before(best, i)) return;
        if (tried >= 0) {
            const auto& [tried_live, tried_bytes] = intervals_[tried];
            const bool same = live.first == tried_live.first && live.last == tried_live.last &&
                              aligned(bytes) == aligned(tried_bytes);
            if (same || i == tried || comes_before(i, tried)) return;
        }
        best = i;
    };
    if (8 * (run.last - run.first) < steps_) {  // few start within it
        for (Step step = run.first; step < run.last; ++step) {
            for (const IntervalId i : starts_[step]) {
                if (waits_[i]) consider(i);
            }
        }
    } else {
        const IntervalId none = intervals_.count();
        for (IntervalId i = next_[none]; i != none && best < 0; i = next_[i]) consider(i);
    }
    return best;
}

void Skyline::put(std::ptrdiff_t run, IntervalId i) {
    const Run whole = runs_[run];
    const auto& [live, bytes] = intervals_[i];
    const std::array<Run, 3> pieces{Run{whole.first, live.first, whole.height},
                                    Run{live.first, live.last, whole.height + aligned(bytes)},
                                    Run{live.last, whole.last, whole.height}};
    replace(run, pieces).interval = i;
    offsets_[i] = whole.height;
    waits_[i] = false;
    --waiting_;
    next_[previous_[i]] = next_[i];
    previous_[next_[i]] = previous_[i];
}

bool Skyline::raise(std::ptrdiff_t run) {
    if (runs_.size() == 1) return false;
    const Run low = runs_[run];
    const Bytes left = run > 0 ? runs_[run - 1].height : runs_[run + 1].height;
    const Bytes right = run + 1 < std::ssize(runs_) ? runs_[run + 1].height : left;
    const Run high{low.first, low.last, std::min(left, right)};
    const Bytes lost = high.height - low.height;
    const std::span slack(slack_.begin() + low.first, slack_.begin() + low.last);
    if (std::ranges::any_of(slack, [&](Bytes bytes) { return bytes < lost; })) return false;
    for (Bytes& bytes : slack) bytes -= lost;
    replace(run, std::span(&high, 1)).lost = lost;
    return true;
}

// With the neighbours, which a piece of the same height becomes one with.
Skyline::Decision& Skyline::replace(std::ptrdiff_t run, std::span<const Run> pieces) {
    Decision& decision = decided_.emplace_back();
    decision.run = runs_[run];
    decision.at = run > 0 ? run - 1 : 0;
    const std::ptrdiff_t end = std::min(std::ssize(runs_), run + 2);
    std::array<Run, 5> after;
    std::ptrdiff_t count = 0;
    const auto append = [&](const Run& piece) {
        if (piece.first >= piece.last) return;
        if (count > 0 && after[count - 1].height == piece.height) {
            after[count - 1].last = piece.last;
        } else {
            after[count++] = piece;
        }
    };
    if (run > 0) append(runs_[run - 1]);
    for (const Run& piece : pieces) append(piece);
    if (run + 1 < std::ssize(runs_)) append(runs_[run + 1]);

    decision.before_count = end - decision.at;
    decision.after_count = count;
    const auto from = runs_.begin() + decision.at;
    std::copy_n(from, decision.before_count, decision.before.begin());
    runs_.insert(runs_.erase(from, runs_.begin() + end), after.begin(), after.begin() + count);
    return decision;
}

void Skyline::undo(const Decision& decision) {
    const auto from = runs_.begin() + decision.at;
    runs_.insert(runs_.erase(from, from + decision.after_count), decision.before.begin(),
                 decision.before.begin() + decision.before_count);
    for (Step step = decision.run.first; step < decision.run.last; ++step) {
        slack_[step] += decision.lost;
    }
    const IntervalId i = decision.interval;
    if (i < 0) return;
    waits_[i] = true;
    ++waiting_;
    next_[previous_[i]] = i;
    previous_[next_[i]] = i;
}

IntervalId Skyline::take_back(const Run& dead_end) {
    while (!decided_.empty()) {
        const Decision last = decided_.back();
        decided_.pop_back();
        undo(last);
        if (last.interval < 0) continue;
        const auto& live = intervals_[last.interval].live;
        if (live.first <= dead_end.last && live.last >= dead_end.first) return last.interval;
    }
    return -1;
}

void Skyline::note_stuck(const Run& dead_end) {
    if (waiting_ >= least_waiting_) return;
    least_waiting_ = waiting_;
    stuck_.clear();
    for (const IntervalId i : intervals_.ids()) {
        const auto& live = intervals_[i].live;
        if (waits_[i] && live.first < dead_end.last && live.last > dead_end.first) stuck_.push_back(i);
    }
}

}  // namespace optimizer
