// From routes to a plan: residencies, moves, addresses; and what a plan costs.
#pragma once

#include "optimizer/addresses/arena_layout.h"
#include "optimizer/model/route.h"

namespace optimizer {

using Routes = ByItem<Route>;

struct Built {
    framework::Plan plan;
    framework::Bytes dram_lower_bound = 0;  // no layout is lower
};
// The arenas are laid out as low as can be; DRAM's after some tries no lower than `enough`.
Built build_plan(const Instance& instance, const Routes& routes, framework::Bytes enough = 0);

// The same in two parts: residencies and moves without addresses, and the addresses of one tier. The latter
// sets the height of the arena and returns its lower bound.
framework::Plan unplaced_plan(const Instance& instance, const Routes& routes);
framework::Bytes place(framework::Plan& plan, framework::Tier tier, const framework::Schedule& schedule,
                       framework::Bytes enough = 0);

// Every storage in DRAM throughout its life. It needs no kernel times.
framework::Plan everything_in_dram(const framework::Schedule& schedule);

// How far DRAM's layout is above a height at each step.
ByStep<framework::Bytes> overhang(const framework::Schedule& schedule, const framework::Plan& plan,
                                  framework::Bytes height);

// Seconds of one iteration: kernels and moves, none of which overlap.
framework::Seconds predicted_seconds(const Instance& instance, const Routes& routes);
framework::Seconds predicted_seconds(const Problem& problem, const framework::Plan& plan);

Routes dram_routes(const Instance& instance);                    // every item in DRAM for life
Routes least_routes(const Instance& instance, Freedom freedom);  // with the least DRAM, see route.h
// The DRAM that items take on these routes.
ByStep<framework::Bytes> dram_bytes(const Instance& instance, const Routes& routes);

}  // namespace optimizer
