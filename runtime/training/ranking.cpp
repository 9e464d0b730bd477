#include "runtime/training/ranking.h"

#include <algorithm>
#include <cmath>

namespace runtime {

std::optional<int> rank_of(std::span<const float> logits, int label) {
    if (std::ranges::any_of(logits, [](float logit) { return std::isnan(logit); })) return std::nullopt;
    const auto before = logits.first(static_cast<std::size_t>(label)),
               behind = logits.subspan(static_cast<std::size_t>(label) + 1);
    const float own = logits[label];
    return static_cast<int>(std::ranges::count_if(before, [&](float other) { return other >= own; }) +
                            std::ranges::count_if(behind, [&](float other) { return other > own; }));
}

}  // namespace runtime
