#include "runtime/training/ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace runtime {

std::optional<int> rank_of(std::span<const float> logits, int label) {
    if (std::ranges::any_of(logits, [](float logit) { return std::isnan(logit); })) return std::nullopt;
    const auto before = logits.first(static_cast<std::size_t>(label)),
               behind = logits.subspan(static_cast<std::size_t>(label) + 1);
    const float own = logits[label];
    return static_cast<int>(std::ranges::count_if(before, [&](float other) { return other >= own; }) +
                            std::ranges::count_if(behind, [&](float other) { return other > own; }));
}

std::vector<int> best_of(std::span<const float> logits, int count) {
    if (std::ranges::any_of(logits, [](float logit) { return std::isnan(logit); })) return {};
    std::vector<int> classes(logits.size());
    std::iota(classes.begin(), classes.end(), 0);
    const auto most = std::min(static_cast<std::ptrdiff_t>(count), std::ssize(classes));
    std::ranges::partial_sort(classes, classes.begin() + most, [&](int a, int b) {
        return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    });
    classes.resize(static_cast<std::size_t>(most));
    return classes;
}

std::vector<double> probabilities_of(std::span<const float> logits) {
    std::vector<double> values(logits.begin(), logits.end());
    const double largest = *std::ranges::max_element(values);
    for (double& value : values) value = std::exp(value - largest);
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    for (double& value : values) value /= sum;
    return values;
}

}  // namespace runtime
