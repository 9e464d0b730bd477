#include "experiments/sweep/runner.h"

#include "runtime/training/synthetic_inputs.h"

namespace experiments::sweep {

Runner::Runner(const ProfiledNetwork& profiled, const Question& question) : question_(question) {
    if (profiled.profile.measured.one_by_one) return;
    all_dram_.emplace(PlannedNetwork{profiled});
    all_dram_->solution =
        session::plan(profiled.network, profiled.profile, {.placement = session::Placement::dram});
    before_ = all_dram();
}

// The first iteration is the warm-up: it touches all memory for the first time, so its time does not count.
Run Runner::run_alone(const PlannedNetwork& planned) const {
    forget_peak_memory();
    session::Training training(planned.network, planned.profile, planned.solution,
                               {.seed = question_.model.seed});
    Run run;
    for (int number = 0; number <= question_.iterations; ++number) {
        runtime::fill_inputs(training.program());
        run.losses.push_back(training.step({.learning_rate = 1e-3F}));
        if (number > 0) run.seconds.push_back(training.last_time().total);
    }
    Json report = Json::object();
    report_memory(report, training.program(), training.device());
    run.memory = report["memory"];
    return run;
}

double Runner::all_dram() {
    return median(run_alone(*all_dram_).seconds) / all_dram_->solution.result.predicted_s;
}

Run Runner::run(const PlannedNetwork& planned) {
    Run found = run_alone(planned);
    if (all_dram_) {
        const double after = all_dram();
        found.drift = (before_ + after) / 2;
        before_ = after;
    }
    return found;
}

}  // namespace experiments::sweep
