#include "framework/profile.h"

#include <algorithm>

namespace framework {

Seconds KernelProfile::seconds(TierMask slow) const {
    const auto measured = [&](TierMask mask) {
        return std::find_if(timings.begin(), timings.end(), [&](const Timing& t) { return t.slow == mask; });
    };
    if (const auto found = measured(slow); found != timings.end()) return found->median;
    const Seconds all_dram = timings.empty() ? 0 : timings.front().median;
    Seconds total = all_dram;
    for (TierMask bit = 1; bit != 0 && bit <= slow; bit <<= 1) {
        const auto alone = measured(slow & bit);
        if ((slow & bit) != 0 && alone != timings.end()) total += alone->median - all_dram;
    }
    return total;
}

}  // namespace framework
