#include "runtime/training/learning_rate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

#include "framework/base/error.h"
#include "framework/base/text.h"

namespace runtime {

namespace {

constexpr std::array<std::string_view, 3> shapes{"constant", "step", "cosine"};  // as the enumerators

}  // namespace

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

const char* name(LearningRate::Shape shape) {
    return shapes[shape].data();
}

LearningRate::Shape parse_shape(const std::string& word) {
    const auto found = std::ranges::find(shapes, word);
    framework::require<framework::UsageError>(found != shapes.end(), framework::in_quotes(word),
                                              " is no schedule; there are constant, step and cosine");
    return static_cast<LearningRate::Shape>(found - shapes.begin());
}

}  // namespace runtime
