// Addresses in one arena: intervals of steps, each with a size, get offsets so that no two share a byte.
//
//   offset     |  b  |       The largest sum of live bytes at a step is what no layout can be lower than;
//        | a ..|.....| c     nearly all training graphs have a layout of just that height.
//        +-----+-----+---- step
#pragma once

#include <optional>
#include <span>

#include "framework/base/units.h"
#include "framework/plan/schedule.h"
#include "optimizer/ids.h"
#include "optimizer/search/effort.h"

namespace optimizer {

struct Interval {
    framework::LiveRange live;
    framework::Bytes bytes = 0;
};
using IntervalId = framework::Id<Interval>;
template <class T>
using ByInterval = framework::Indexed<IntervalId, T>;

struct Layout {
    ByInterval<framework::Bytes> offsets;  // multiples of Schedule::alignment
    framework::Bytes height = 0;
    framework::Bytes lower_bound = 0;  // the largest sum of live bytes at a step
};

// The lowest layout found: at the lower bound; if half a second's work finds none there, any of at most
// `enough` bytes; else one within 0.01 % of the best found quickly. Deterministic. No interval may be empty.
Layout layout(std::span<const Interval> intervals, framework::Bytes enough = 0);

// A layout of at most `capacity`, searched for until one is found or the effort is spent. None if it is
// spent, or if the intervals of one step have more bytes. The same layouts are tried in the same order each
// time.
std::optional<Layout> layout_within(std::span<const Interval> intervals, framework::Bytes capacity,
                                    Effort& effort);

}  // namespace optimizer
