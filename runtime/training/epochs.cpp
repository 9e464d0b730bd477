#include "runtime/training/epochs.h"

namespace runtime {

void EpochHistory::add(std::int64_t iteration, float loss, framework::Seconds seconds) {
    const std::int64_t number = epoch_of(iteration);
    if (epochs_.empty() || epochs_.back().number != number) epochs_.push_back({.number = number});
    Epoch& epoch = epochs_.back();
    ++epoch.iterations;
    epoch.loss += (loss - epoch.loss) / static_cast<double>(epoch.iterations);
    epoch.seconds += seconds;
}

void EpochHistory::add_accuracy(double top1) {
    if (!epochs_.empty()) epochs_.back().accuracy = top1;
}

}  // namespace runtime
