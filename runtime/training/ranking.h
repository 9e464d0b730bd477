// The rank of a class among a network's answers, by its logits.
#pragma once

#include <optional>
#include <span>

namespace runtime {

// How many classes come before `label`: those with a larger logit, and those with the same logit and a lower
// index. So the class of rank 0 is the one that PyTorch's argmax returns. Nothing if a logit is NaN: then
// there is no answer.
std::optional<int> rank_of(std::span<const float> logits, int label);

}  // namespace runtime
