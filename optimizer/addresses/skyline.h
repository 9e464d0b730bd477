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
//    ------+   |            is lost below. A run that nothing is to go on is raised to its lower neighbour:
//              +------      those bytes are lost, and no step may lose more than its own intervals leave
//     run 1  2   run 3      below the top. Where one would, the last interval that touches the run goes
//                           elsewhere: a search in depth, which visits every layout whose intervals all
//                           lie on something, but for what it jumps over on its way back.
class Skyline {
  public:
    explicit Skyline(std::vector<Interval> intervals);

    // Intervals of higher scores are tried first; `top` is at least the load of every step. Gives up after
    // `limit` decisions; offsets() mean nothing then.
    bool pack(std::span<const double> scores, framework::Bytes top, std::size_t limit);
    const std::vector<Interval>& intervals() const { return intervals_; }
    const std::vector<framework::Bytes>& load() const { return load_; }        // by step
    const std::vector<framework::Bytes>& offsets() const { return offsets_; }  // by interval
    // What waited for the run at which most had been packed when nothing could go on.
    const std::vector<int>& stuck() const { return stuck_; }

  private:
    struct Run {
        int first, last;
        framework::Bytes height;
    };
    struct Decision {
        int interval = -1;  // that went on the run; -1: it was raised
        Run run{};
        framework::Bytes lost = 0;  // at each of its steps
        std::size_t at = 0;         // runs_ from here on were `before`, and are `after_count`
        std::array<Run, 3> before{};
        std::size_t before_count = 0, after_count = 0;
    };

    void start(std::span<const double> scores, framework::Bytes top);
    int choose(const Run& run, int tried) const;  // the best that fits after `tried`; -1: none
    void put(std::size_t run, int interval);
    bool raise(std::size_t run);  // false: a step would lose too much
    Decision& replace(std::size_t run, std::span<const Run> pieces);
    int take_back(const Run& dead_end);  // what went on a run that the dead end touches; -1: nothing did
    void undo(const Decision& decision);
    void note_stuck(const Run& dead_end);

    std::vector<Interval> intervals_;
    int steps_ = 0;
    std::vector<std::vector<int>> starts_;  // intervals by first step
    std::vector<framework::Bytes> load_;    // by step

    std::span<const double> scores_;
    std::vector<Run> runs_;                // by step, neighbours of different heights
    std::vector<framework::Bytes> slack_;  // by step: bytes that may yet be lost
    std::vector<bool> waits_;              // without an offset yet, by interval
    std::vector<int> next_, previous_;     // those that wait, by falling score: a ring, closed by one of none
    std::size_t waiting_ = 0, least_waiting_ = 0;
    std::vector<Decision> decided_;
    std::vector<framework::Bytes> offsets_;
    std::vector<int> stuck_;
};

}  // namespace optimizer
