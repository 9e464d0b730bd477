// Runs plans, and between them all in DRAM, to know the machine's speed at that moment.
#pragma once

#include <optional>

#include "experiments/common/planning.h"
#include "experiments/sweep/points.h"

namespace experiments::sweep {

class Runner {
  public:
    // Where all-DRAM does not fit into this machine's DRAM, or was not timed so, nothing runs in between.
    Runner(const ProfiledNetwork& profiled, const Question& question);

    Run run(const PlannedNetwork& planned);

  private:
    Run run_alone(const PlannedNetwork& planned) const;
    double all_dram();  // median seconds of its iterations now, over what was predicted

    const Question& question_;
    std::optional<PlannedNetwork> all_dram_;
    double before_ = 0;  // the last of all_dram()
};

}  // namespace experiments::sweep
