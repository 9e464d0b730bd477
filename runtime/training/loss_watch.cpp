#include "runtime/training/loss_watch.h"

#include <algorithm>

namespace runtime {

bool LossWatch::diverges(float loss) {
    constexpr float growth = 1000;
    constexpr int enough = 100;
    if (!first_) first_ = loss;
    high_ = loss >= growth * std::max(*first_, 1.0F) ? std::min(high_ + 1, enough) : 0;
    if (told_ || high_ < enough) return false;
    told_ = true;
    return true;
}

}  // namespace runtime
