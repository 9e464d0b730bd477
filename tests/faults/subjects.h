// The programs that leave files, as the loops run them: small networks and sets, all outputs asked for.
#pragma once

#include "tests/faults/runs.h"

namespace faults {

// Each of these makes a folder in which the program finds its input, and outputs of an earlier run.
Subject training(Stage& stage);
Subject unresumed_training();  // in an empty folder
Subject resumed_training(Stage& stage);
Subject simulated_plan(Stage& stage);
Subject emulated_plan(Stage& stage);  // with kernel times of another network in its cache
Subject profiling(Stage& stage);
Subject simulated_sweep(Stage& stage);
Subject laying_out(Stage& stage);
Subject drawing(Stage& stage);
Subject drawing_again(Stage& stage);  // over an older set
Subject conversion(Stage& stage, const std::string& format);
Subject inspection(Stage& stage);

}  // namespace faults
