// The classes among a network's answers, ranked by its logits, and their probabilities.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace runtime {

// How many classes come before `label`: those with a larger logit, and those with the same logit and a lower
// index. So the class of rank 0 is the one that PyTorch's argmax returns. Nothing if a logit is NaN: then
// there is no answer.
std::optional<int> rank_of(std::span<const float> logits, int label);

// The classes of rank 0 to `count` - 1, or all of them if there are fewer; none if a logit is NaN.
std::vector<int> best_of(std::span<const float> logits, int count);

// The softmax of the logits, computed in double precision.
std::vector<double> probabilities_of(std::span<const float> logits);

}  // namespace runtime
