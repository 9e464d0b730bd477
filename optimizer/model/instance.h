// The problem as the solvers see it: the storages that may be in either tier, the stops that each makes, the
// DRAM left for them at each step, and the time of each kernel by where its operands are.
#pragma once

#include <cstdint>
#include <vector>

#include "optimizer/ids.h"
#include "optimizer/problem.h"

namespace optimizer {

// A step at which it matters where a storage is: a kernel uses it, the data loader has written it, or
// somebody reads it after the iteration.
struct Stop {
    framework::Step step = 0;
    int bit = -1;  // of the kernel's KernelTable; -1: no kernel, or one that must find it in DRAM
    bool reads = false, writes = false;
    bool may_be_slow = true;  // else it must find it in DRAM
};

struct Item {
    framework::StorageId storage = 0;
    framework::Bytes bytes = 0;  // aligned
    double size = 0;             // the same in Instance::units
    bool persistent = false;
    bool needs_dram = false;  // some stop must find it there
    framework::LiveRange live;
    ByStop<Stop> stops;
    framework::Seconds fetch_s = 0, spill_s = 0;
};

// Seconds of a kernel by the set of its operands that lie in slow memory. Bit i is operand i of `stops` here;
// operands that it must find in DRAM are not among them.
class KernelTable {
  public:
    KernelTable() = default;
    // `operands`: the positions of the same among all operands of the kernel.
    KernelTable(const framework::KernelProfile& profile, std::vector<StopId> stops,
                std::vector<int> operands);

    const std::vector<StopId>& stops() const { return stops_; }  // that its operands make there
    framework::Seconds seconds(std::uint64_t slow) const {
        return slow < table_.size() ? table_[slow] : looked_up(slow);
    }
    framework::Seconds all_dram() const { return all_dram_; }
    framework::Seconds alone(std::size_t operand) const { return alone_[operand]; }  // over all_dram()
    // Sets whose time is not the sum of what each operand adds alone; empty where the kernel is additive.
    struct Point {
        std::uint64_t slow;
        framework::Seconds seconds;
    };
    const std::vector<Point>& interactions() const { return interactions_; }

  private:
    framework::Seconds looked_up(std::uint64_t slow) const;

    const framework::KernelProfile* profile_ = nullptr;
    std::vector<StopId> stops_;
    std::vector<int> operands_;
    framework::Seconds all_dram_ = 0;
    std::vector<framework::Seconds> alone_;
    std::vector<Point> interactions_;
    std::vector<framework::Seconds> table_;  // by set, of kernels with few operands
};

struct Instance {
    explicit Instance(const Problem& problem);

    const Problem& problem;
    double units_per_byte;
    ByItem<Item> items;
    ByStorage<ItemId> item_of;        // -1 where it can only be in DRAM, or is live at no step
    ByStep<framework::Bytes> room;    // the budget less what can only be in DRAM, such as scratch
    ByStep<framework::Bytes> usable;  // the part of the room that placements are made for; the rest is left
                                      // to the layout of addresses
    ByStep<KernelTable> kernels;

    // Sizes in thousandths of the peak: numbers near one, as linear programs want them.
    double units(framework::Bytes bytes) const { return static_cast<double>(bytes) * units_per_byte; }

    int steps() const { return room.count(); }
    int stops() const { return stop_count_; }  // of all items

  private:
    int stop_count_ = 0;
};

}  // namespace optimizer
