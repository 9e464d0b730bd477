// The flags of train.
#pragma once

#include <cstdint>
#include <string>

#include "experiments/common/images.h"
#include "experiments/common/options.h"
#include "runtime/training/run_description.h"

namespace experiments::train {

struct Flags {
    ModelFlags model;
    PlacementFlags placement;
    ImageOptions images;
    std::string schedule = "cosine";
    std::int64_t iterations = 0, warmup = -1, step_every = 0, checkpoint_every = 0;
    int epochs = 0, evaluate_every = 0, patience = 0;  // 0: not given
    float learning_rate = 0.02F, step_factor = 0.1F, smoothing = 0;
    framework::SgdOptions sgd;
    OutputFlags output;
    bool evaluate = true, check_moves = false;
    std::string log, trace, checkpoint, checkpoint_best, resume, init, load;
    int trace_iterations = 3;

    void add_to(CLI::App& app);
    // Epochs between evaluations; 0: none but at the end.
    int epochs_to_evaluation() const;
    void check() const;  // checks what the parser cannot, before anything is read or measured
};

}  // namespace experiments::train
