// What happened in each epoch of a run.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "framework/base/units.h"

namespace runtime {

struct Epoch {
    std::int64_t number = 0;      // from 1
    std::int64_t iterations = 0;  // of this run: fewer in an epoch in which it began or ended
    double loss = 0;              // mean over these
    framework::Seconds seconds = 0;
    std::optional<double> accuracy{};  // top-1, if it was measured at its end
};

class EpochHistory {
  public:
    explicit EpochHistory(std::int64_t iterations_per_epoch) : per_epoch_(iterations_per_epoch) {}

    // Iteration number `iteration`, counted from 0.
    void add(std::int64_t iteration, float loss, framework::Seconds seconds);
    // Measured after the last iteration added. Does nothing if none was.
    void add_accuracy(double top1);

    const std::vector<Epoch>& epochs() const { return epochs_; }
    std::int64_t epoch_of(std::int64_t iteration) const { return iteration / per_epoch_ + 1; }
    bool is_end(std::int64_t done) const { return done % per_epoch_ == 0; }  // after `done` iterations

  private:
    std::int64_t per_epoch_;
    std::vector<Epoch> epochs_;
};

}  // namespace runtime
