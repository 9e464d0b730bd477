// A skyline: intervals packed below a top, from the bottom of an arena upward, the lowest place first.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "optimizer/addresses/arena_layout.h"

namespace optimizer {

// The height reached so far, in runs of steps of one height:
//
//          +---+            An interval goes on the lowest run, if all its steps lie within it: nothing
//    ------+   |            is lost below. A run that gets no interval is raised to its lower neighbour:
//              +------      those bytes are lost, and no step may lose more than its own intervals leave
//     run 1  2   run 3      below the top. If one would, the last interval that touches the run goes
//                           elsewhere: a depth-first search of all layouts whose intervals all lie on
//                           something, except those that it skips when it backtracks.
class Skyline {
  public:
    explicit Skyline(ByInterval<Interval> intervals);

    // Intervals of higher scores are tried first; `top` is at least the load of every step. Gives up after
    // `limit` decisions; offsets() mean nothing then.
    bool pack(const ByInterval<double>& scores, framework::Bytes top, std::size_t limit);
    const ByInterval<Interval>& intervals() const { return intervals_; }
    const ByStep<framework::Bytes>& load() const { return load_; }
    const ByInterval<framework::Bytes>& offsets() const { return offsets_; }
    // Of all dead ends, the one with the most intervals packed: those that waited for its run.
    const std::vector<IntervalId>& stuck() const { return stuck_; }

  private:
    struct Run {
        framework::Step first, last;
        framework::Bytes height;
    };
    struct Decision {
        IntervalId interval = -1;  // that went on the run; -1: it was raised
        Run run{};
        framework::Bytes lost = 0;  // at each of its steps
        std::ptrdiff_t at = 0;      // runs_ from here on were `before`, and are `after_count`
        std::array<Run, 3> before{};
        std::ptrdiff_t before_count = 0, after_count = 0;
    };

    void start(const ByInterval<double>& scores, framework::Bytes top);
    // The best that fits after `tried`; -1: none.
    IntervalId choose(const Run& run, IntervalId tried) const;
    void put(std::ptrdiff_t run, IntervalId interval);
    bool raise(std::ptrdiff_t run);  // false: a step would lose too much
    Decision& replace(std::ptrdiff_t run, std::span<const Run> pieces);
    // The interval that went on a run that the dead end touches; -1: none did.
    IntervalId take_back(const Run& dead_end);
    void undo(const Decision& decision);
    void note_stuck(const Run& dead_end);

    ByInterval<Interval> intervals_;
    int steps_ = 0;
    ByStep<std::vector<IntervalId>> starts_;  // by first step
    ByStep<framework::Bytes> load_;

    ByInterval<double> scores_;
    std::vector<Run> runs_;                   // by step, neighbours of different heights
    ByStep<framework::Bytes> slack_;          // bytes that may yet be lost
    ByInterval<bool> waits_;                  // has no offset yet
    ByInterval<IntervalId> next_, previous_;  // those that wait, by falling score: a ring, closed by one more
    std::size_t waiting_ = 0, least_waiting_ = 0;
    std::vector<Decision> decided_;
    ByInterval<framework::Bytes> offsets_;
    std::vector<IntervalId> stuck_;
};

}  // namespace optimizer
