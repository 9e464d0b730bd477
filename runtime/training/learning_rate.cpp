#include "runtime/training/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace runtime {

float LearningRate::at(std::int64_t iteration) const {
    if (iteration < warmup) return base * static_cast<float>(iteration + 1) / static_cast<float>(warmup);
    switch (shape) {
        case constant:
            return base;
        case step: {
            if (every <= 0) return base;
            const std::int64_t steps = (iteration - warmup) / every;
            return base * std::pow(factor, static_cast<float>(steps));
        }
        case cosine: {
            const double span = static_cast<double>(std::max<std::int64_t>(total - warmup, 1));
            const double done = std::min(1.0, static_cast<double>(iteration - warmup) / span);
            return static_cast<float>(base * 0.5 * (1 + std::cos(std::numbers::pi * done)));
        }
    }
    return base;
}

}  // namespace runtime
