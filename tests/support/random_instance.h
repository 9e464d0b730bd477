// A random graph with random times as an instance for the solvers. The budget is a share of the peak.
#pragma once

#include "optimizer/model/instance.h"
#include "tests/support/random_graph.h"

namespace support {

struct RandomInstance {
    framework::Graph graph;
    framework::Schedule schedule{graph};
    framework::Profile profile;
    optimizer::Problem problem;
    optimizer::Instance instance{problem};

    RandomInstance(unsigned seed, int ops, double share)
        : graph(random_graph(seed, ops)),
          profile(random_profile(graph, schedule, seed)),
          problem{schedule, profile,
                  static_cast<framework::Bytes>(share * static_cast<double>(schedule.peak_bytes()))} {}
};

}  // namespace support
