// A placement under construction: each item on a route or set aside, the DRAM that is left at each step, and
// which operands of each kernel are in slow memory. Costs are the true ones: kernel tables, no bounds.
#pragma once

#include <vector>

#include "optimizer/addresses/plan_builder.h"
#include "optimizer/model/bounds.h"

namespace optimizer {

class PartialPlacement {
  public:
    // Every item set aside: on its least route (model/route.h), whose DRAM it has in any case. `usable`: the
    // DRAM there is.
    PartialPlacement(const Instance& instance, Freedom freedom, const ByStep<framework::Bytes>& usable);

    void place(ItemId item, const Route& route);  // an item that is set aside
    void set_aside(ItemId item);
    bool fits(ItemId item, const Route& route) const;

    // The cheapest route of an item that is set aside, in the DRAM that is left; what it adds to the cost.
    // With `prices`, the route is the one that is cheapest with DRAM paid for.
    double cheapest(ItemId item, Route& route, const DramPrices* prices = nullptr) const;

    // What a route of an item that is set aside would add to the cost.
    double cost_of(ItemId item, const Route& route) const;

    const Route& route(ItemId item) const { return routes_[item]; }
    const Routes& routes() const { return routes_; }
    double work() const { return work_; }  // elementary steps so far, for Effort
    framework::Seconds seconds() const { return predicted_seconds(instance_, routes_); }

    // Takes items up one by one and puts each where it is best, until none moves.
    void improve(const std::vector<ItemId>& items);

  private:
    framework::Bytes least_left(framework::Step first, framework::Step last) const;
    // Whether an item that is set aside may be in DRAM at these steps.
    bool has_room(const Item& item, framework::Step first, framework::Step last) const;
    void set_block(int index);  // from what is left
    void take(ItemId item, const Route& route, framework::Bytes sign);
    void mark(ItemId item, const Route& route);

    const Instance& instance_;
    Freedom freedom_;
    Routes routes_;
    ByStep<framework::Bytes> left_;
    std::vector<framework::Bytes> blocks_;  // the least of each `block` steps
    ByStep<std::uint64_t> slow_;            // operands in slow memory
    static constexpr int block = 32;
    mutable double work_ = 0;
};

}  // namespace optimizer
