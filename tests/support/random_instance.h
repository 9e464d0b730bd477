// A random graph with random times as an instance for the solvers, of every second seed with uses that DRAM
// alone serves. The budget is a share of the peak.
#pragma once

#include "optimizer/model/instance.h"
#include "tests/support/random_graph.h"

namespace support {

struct RandomInstance {
    framework::Schedule schedule;
    framework::Profile profile;
    optimizer::Problem problem;
    optimizer::Instance instance{problem};

    RandomInstance(unsigned seed, int ops, double share)
        : schedule(
              with_dram_uses(framework::Schedule(random_graph(seed, ops)), seed, seed % 2 == 0 ? 0 : 10)),
          profile(random_profile(schedule, seed)),
          problem{schedule, profile,
                  static_cast<framework::Bytes>(share * static_cast<double>(schedule.peak_bytes()))} {}
};

}  // namespace support
