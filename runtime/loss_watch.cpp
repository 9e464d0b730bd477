#include "runtime/loss_watch.h"

#include <algorithm>

namespace runtime {

bool LossWatch::diverges(float loss) {
    constexpr float growth = 1000;
    if (!first_) first_ = loss;
    if (said_ || !(loss >= growth * std::max(*first_, 1.0F))) return false;
    said_ = true;
    return true;
}

}  // namespace runtime
