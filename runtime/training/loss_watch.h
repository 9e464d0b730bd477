// Notices that training diverges while its loss is still a number.
#pragma once

#include <optional>

namespace runtime {

// A loss is high if it is a thousand times the first one. A first loss below 1 counts as 1, because a resumed
// run may begin with a loss so small that a thousand times it is not high.
class LossWatch {
  public:
    // Takes the loss of each iteration in turn. Returns true once, when a hundred in a row were high: a short
    // peak is no divergence.
    bool diverges(float loss);
    // To be called after the last loss: whether that was high and diverges() has never returned true.
    bool ended_high() const { return high_ > 0 && !told_; }
    float first() const { return first_.value_or(0); }

  private:
    std::optional<float> first_;
    int high_ = 0;  // in a row
    bool told_ = false;
};

}  // namespace runtime
