// Runs plans. All-DRAM iterations between the runs measure the machine's speed at that moment.
#pragma once

#include <optional>

#include "experiments/common/planning.h"
#include "experiments/sweep/points.h"

namespace experiments::sweep {

class Runner {
  public:
    // Nothing runs between the plans if all-DRAM does not fit into this machine's DRAM or was not timed.
    Runner(const ProfiledNetwork& profiled, const Question& question);

    Run run(const PlannedNetwork& planned);

  private:
    Run run_alone(const PlannedNetwork& planned) const;
    double all_dram();  // runs it; returns measured median / predicted seconds

    const Question& question_;
    std::optional<PlannedNetwork> all_dram_;
    double before_ = 0;  // the last result of all_dram()
};

}  // namespace experiments::sweep
