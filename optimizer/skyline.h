// A skyline: intervals packed from the bottom of an arena, the lowest place first.
#pragma once

#include <span>
#include <vector>

#include "optimizer/arena_layout.h"

namespace optimizer {

// The height reached so far, in runs of steps of one height:
//
//          +---+            An interval goes on the lowest run, if all its steps lie within it: nothing
//    ------+   |            is lost below. Of those, the one of the highest score; one that reaches a wall
//              +------      of the run scores more, since it leaves no sliver beside it. A run that nothing
//     run 1  2   run 3      fits into is raised to its lower neighbour: those bytes are lost.
//
class Skyline {
  public:
    explicit Skyline(std::span<const Interval> intervals);

    // Writes the offsets of `some`. `wall` is what one wall adds to a score, relative to it.
    void pack(std::span<const int> some, std::span<const double> scores, double wall,
              std::vector<framework::Bytes>& offsets);
    std::size_t work() const { return work_; }

  private:
    struct Run {
        int first, last;
        framework::Bytes height;
    };
    using At = std::vector<Run>::iterator;

    double score(int interval) const { return scores_[static_cast<std::size_t>(interval)]; }
    std::vector<int>& starts_at(int interval) {
        return starts_[static_cast<std::size_t>(intervals_[static_cast<std::size_t>(interval)].live.first)];
    }
    int choose(const Run& run);  // -1: nothing fits into the run
    void merge(At run);          // with neighbours of the same height
    void raise(At run);
    void split(At run, const framework::LiveRange& live, framework::Bytes top);

    std::span<const Interval> intervals_;
    std::span<const double> scores_;
    double wall_ = 0;
    int steps_ = 0;
    std::vector<Run> runs_;                 // by step, neighbours of different heights
    std::vector<int> waiting_;              // without an offset yet, by falling score
    std::vector<std::vector<int>> starts_;  // the same by first step
    std::size_t work_ = 0;                  // comparisons done
};

}  // namespace optimizer
