// Notices that training diverges while its loss is still a number.
#pragma once

#include <optional>

namespace runtime {

class LossWatch {
  public:
    // Of each iteration's loss in turn: true once, when it is a thousand times the first. A first loss below
    // 1 counts as 1: one that training has made small already says little of what is large.
    bool diverges(float loss);
    float first() const { return first_.value_or(0); }

  private:
    std::optional<float> first_;
    bool said_ = false;
};

}  // namespace runtime
