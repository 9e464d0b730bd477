// The training loop: batches in, losses out, times of everything.
#pragma once

#include <functional>
#include <optional>
#include <span>

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

// Called for each sample with its label and its logits, which are valid during the call.
using OnAnswer = std::function<void(int label, std::span<const float> logits)>;

// Runs an inference program, which reads "images" and "labels" and keeps "logits" (N, C), over the first
// `samples` samples, in the order of the batches. `go_on` is called before each batch; false ends it.
void answer(
    Executor& executor, data::Batcher& batches, std::int64_t samples, const OnAnswer& each,
    const std::function<bool()>& go_on = [] { return true; });

struct Accuracy {
    double top1 = 0;             // shares of the samples; see rank_of()
    std::optional<double> top5;  // nothing for fewer than six classes: it would not tell answers apart
    std::int64_t samples = 0;
};

// Counts right answers.
class AccuracyCount {
  public:
    void add(int label, std::span<const float> logits);
    Accuracy accuracy() const;

  private:
    std::int64_t first_ = 0, fifth_ = 0, seen_ = 0;
    bool has_fifth_ = false;
};

// The accuracy over `samples` samples; see answer(). If `go_on` ends it, that of the samples so far.
Accuracy evaluate(
    Executor& executor, data::Batcher& batches, std::int64_t samples,
    const std::function<bool()>& go_on = [] { return true; });

}  // namespace runtime
