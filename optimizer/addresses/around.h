// Addresses in what fixed blocks leave free: for a second program that runs in the arenas of a first one.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "optimizer/addresses/arena_layout.h"

namespace optimizer {

// Bytes of an arena that are taken at every step.
struct Taken {
    framework::Bytes offset = 0, bytes = 0;
};

// An arena of `height` bytes, filled one interval after the other.
class Holes {
  public:
    Holes(std::span<const Taken> taken, framework::Bytes height);

    // The lowest offset, a multiple of Schedule::alignment, at which the interval touches nothing that was
    // placed before it and is live at one of its steps. None: there is no room below `height`.
    std::optional<framework::Bytes> place(const Interval& interval);

    framework::Bytes top() const { return top_; }  // the end of the highest block, taken or placed

  private:
    struct Block {
        framework::Bytes first, last;
        bool always;
        framework::LiveRange live;
    };
    void add(Block block);

    framework::Bytes height_, top_ = 0;
    std::vector<Block> blocks_;  // by offset
};

}  // namespace optimizer
