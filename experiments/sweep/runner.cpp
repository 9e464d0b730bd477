#include "experiments/sweep/runner.h"

#include "runtime/training/parameters.h"
#include "runtime/training/synthetic_inputs.h"

namespace experiments::sweep {

Runner::Runner(const Measured& measured, const Question& question) : question_(question) {
    if (measured.profiled.one_by_one) return;
    all_dram_ = plan_in_dram(measured);
    before_ = all_dram();
}

// One iteration apart, whose first touch of everything is no part of the others.
Run Runner::run_alone(Planned planned) const {
    forget_peak_memory();
    const std::uint64_t seed = question_.model.seed;
    Loaded loaded(std::move(planned), question_.placement);
    runtime::initialize(loaded.program, seed);
    Run run;
    for (int number = 0; number <= question_.iterations; ++number) {
        runtime::fill_inputs(loaded.program);
        const runtime::IterationTime time = loaded.executor.run({number, seed, 1e-3F});
        run.losses.push_back(*loaded.program.floats("loss"));
        if (number > 0) run.seconds.push_back(time.total);
    }
    Json report = Json::object();
    report_memory(report, &loaded.program);
    run.memory = report["memory"];
    return run;
}

double Runner::all_dram() {
    return median(run_alone(*all_dram_).seconds) / all_dram_->result.predicted_s;
}

Beside Runner::run(Planned planned) {
    Beside beside{.run = run_alone(std::move(planned))};
    if (all_dram_) {
        const double after = all_dram();
        beside.drift = (before_ + after) / 2;
        before_ = after;
    }
    return beside;
}

}  // namespace experiments::sweep
