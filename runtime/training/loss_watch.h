// Notices that training diverges while its loss is still a number.
#pragma once

#include <optional>

namespace runtime {

// A loss is high when it is a thousand times the first. A first loss below 1 counts as 1: one that training
// has made small already says little of what is large.
class LossWatch {
  public:
    // Of each iteration's loss in turn: true once, when a hundred in a row were high. A peak that passes is
    // no divergence.
    bool diverges(float loss);
    // After the last loss: whether it was high, and diverges() was never true.
    bool ended_high() const { return high_ > 0 && !told_; }
    float first() const { return first_.value_or(0); }

  private:
    std::optional<float> first_;
    int high_ = 0;  // in a row
    bool told_ = false;
};

}  // namespace runtime
