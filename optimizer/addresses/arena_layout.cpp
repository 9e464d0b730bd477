#include "optimizer/addresses/arena_layout.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include "optimizer/addresses/skyline.h"

namespace optimizer {

using framework::aligned;
using framework::Bytes;
using framework::LiveRange;
using framework::Step;

namespace {

// Small ones that have room at every step take it: where they begin and end they would leave slivers that
// nothing fills.
//
//   |_______                          |_______
//   |  ___  |  others  |     ->       |       |  others  |
//   +--+=+-------------+              +==================+ step
//
ByInterval<Interval> lengthened(ByInterval<Interval> result, ByStep<Bytes> load, Bytes top, Bytes largest) {
    std::vector<IntervalId> by_size(result.size());
    std::iota(by_size.begin(), by_size.end(), 0);
    std::ranges::stable_sort(by_size, {}, [&](IntervalId i) { return result[i].bytes; });
    for (const IntervalId i : by_size) {
        const Bytes bytes = aligned(result[i].bytes);
        if (bytes > largest) break;
        const LiveRange live = result[i].live;
        bool has_room = true;
        for (Step step = 0; step < load.count() && has_room; ++step) {
            has_room = live.holds(step) || load[step] + bytes <= top;
        }
        if (!has_room) continue;
        for (const Step step : load.ids()) {
            if (!live.holds(step)) load[step] += bytes;
        }
        result[i].live = {0, load.count()};
    }
    return result;
}

// Attempts that differ in what they pack first: what takes most, length times bytes, with noise from the
// second on. What an attempt could not go on for comes earlier in those that follow (squeaky wheel: Joslin
// and Clements 1999). What lives throughout lies at the bottom.
class Packer {
  public:
    explicit Packer(ByInterval<Interval> intervals)
        : skyline_(std::move(intervals)), weights_(skyline_.intervals().size(), 1.0) {}

    // Each interval may be decided so many times, on average.
    bool attempt(Bytes top, std::size_t decisions_each) {
        constexpr double heavier = 1.3;
        constexpr int round = 20;  // of attempts that learn from each other
        if (attempts_ % round == 0) weights_.assign(weights_.size(), 1.0);
        draw_scores(attempts_++ == 0 ? 0 : 0.3);
        if (skyline_.pack(scores_, top, decisions_each * scores_.size())) return true;
        for (const IntervalId i : skyline_.stuck()) weights_[i] *= heavier;
        return false;
    }
    const Skyline& skyline() const { return skyline_; }
    Bytes height() const {
        Bytes height = 0;
        for (const IntervalId i : weights_.ids()) {
            height = std::max(height, skyline_.offsets()[i] + aligned(skyline_.intervals()[i].bytes));
        }
        return height;
    }

  private:
    void draw_scores(double noise) {
        scores_.clear();
        for (const IntervalId i : weights_.ids()) {
            const auto& [live, bytes] = skyline_.intervals()[i];
            const double draw = static_cast<double>(random_()) / static_cast<double>(std::mt19937::max());
            const double area = static_cast<double>(live.last - live.first) * static_cast<double>(bytes);
            const bool throughout = live.first == 0 && live.last == skyline_.load().count();
            scores_.push_back(throughout ? std::numeric_limits<double>::max()
                                         : area * (1 + noise * draw) * weights_[i]);
        }
    }

    Skyline skyline_;
    ByInterval<double> weights_, scores_;
    std::mt19937 random_{1};
    int attempts_ = 0;
};

class Layouts {
  public:
    explicit Layouts(std::span<const Interval> intervals) {
        packers_.emplace_back(ByInterval<Interval>(intervals.begin(), intervals.end()));
        best_.lower_bound = std::ranges::max(packers_.front().skyline().load());
    }

    // Packers with and without lengthened intervals take turns. False where no attempt stays below the top.
    bool find(Bytes top, int attempts, std::size_t decisions_each = 10) {
        for (int attempt = 0; attempt < attempts; ++attempt) {
            const int turn = attempt % 2;
            if (turn == std::ssize(packers_)) {
                const Skyline& as_they_are = packers_.front().skyline();
                packers_.emplace_back(lengthened(as_they_are.intervals(), as_they_are.load(),
                                                 best_.lower_bound, best_.lower_bound / 1000));
            }
            if (!packers_[turn].attempt(top, decisions_each)) continue;
            best_.height = packers_[turn].height();
            best_.offsets = packers_[turn].skyline().offsets();
            return true;
        }
        return false;
    }
    const Layout& best() const { return best_; }

  private:
    std::vector<Packer> packers_;
    Layout best_;
};

}  // namespace

Layout layout(std::span<const Interval> intervals, Bytes enough) {
    if (intervals.empty()) return {};
    Layouts layouts(intervals);
    const Bytes lower_bound = layouts.best().lower_bound;
    const auto count = static_cast<int>(intervals.size());
    const int few = 8, many = std::clamp(200'000 / count, few, 1000);  // half a second at most
    if (layouts.find(lower_bound, many)) return layouts.best();
    if (enough > lower_bound && layouts.find(enough, few)) return layouts.best();

    const Bytes any = std::accumulate(intervals.begin(), intervals.end(), Bytes{0},
                                      [](Bytes sum, const Interval& i) { return sum + aligned(i.bytes); });
    layouts.find(any, 1);  // as low as it comes, and then by halves
    const Bytes precision = std::max(framework::Schedule::alignment, lower_bound / 10'000);
    for (Bytes low = lower_bound; layouts.best().height - low > precision;) {
        const Bytes middle = low + (layouts.best().height - low) / 2;
        if (!layouts.find(middle, few)) low = middle;
    }
    return layouts.best();
}

std::optional<Layout> layout_within(std::span<const Interval> intervals, Bytes capacity, Effort& effort) {
    if (intervals.empty()) return Layout{};
    Layouts layouts(intervals);
    if (layouts.best().lower_bound > capacity) return std::nullopt;
    // Ever longer attempts: twice as long after every `round` of them.
    constexpr int round = 100;
    constexpr double steps_of_a_decision = 50;
    for (std::size_t decisions_each = 10; effort.left(); decisions_each *= 2) {
        for (int attempt = 0; attempt < round && effort.left(); ++attempt) {
            if (layouts.find(capacity, 2, decisions_each)) return layouts.best();
            effort.spend(2 * steps_of_a_decision * static_cast<double>(decisions_each * intervals.size()));
        }
    }
    return std::nullopt;
}

}  // namespace optimizer
