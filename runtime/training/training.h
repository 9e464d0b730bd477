// The training loop: batches in, losses out, times of everything.
#pragma once

#include <functional>
#include <optional>

#include "runtime/data/batcher.h"
#include "runtime/executor.h"
#include "runtime/training/learning_rate.h"

namespace runtime {

struct IterationResult {
    std::int64_t number = 0;
    float loss = 0;
    float learning_rate = 0;
    IterationTime time;
    framework::Seconds wait = 0;  // for the batch, including its normalisation into the input
};

struct LoopOptions {
    std::int64_t first = 0, last = 0;  // iterations [first, last)
    LearningRate rate;
    std::uint64_t seed = 0;
    // Called after each iteration; false ends the loop.
    std::function<bool(const IterationResult&)> after;
};

// Runs a training program over batches: the program reads "images" and "labels" and keeps "loss". The batcher
// hands out batch number options.first next. Throws NonFiniteLoss if the loss is not finite, DataError if a
// batch cannot be read.
void train(Executor& executor, data::Batcher& batches, const LoopOptions& options);

struct Accuracy {
    double top1 = 0;             // shares of the samples; see rank_of()
    std::optional<double> top5;  // nothing for fewer than six classes: it would not tell answers apart
    std::int64_t samples = 0;
};

// Runs an inference program, which keeps "logits" (N, C), over `samples` samples. `go_on` is called before
// each batch; if it returns false, the accuracy is that of the samples so far.
Accuracy evaluate(
    Executor& executor, data::Batcher& batches, std::int64_t samples,
    const std::function<bool()>& go_on = [] { return true; });

}  // namespace runtime
