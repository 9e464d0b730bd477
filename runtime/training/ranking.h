// Which answer a network gives, by its logits.
#pragma once

#include <optional>
#include <span>

namespace runtime {

// How many classes come before `label`: those with a larger logit, and those of a lower index with the same,
// so that 0 is the answer of PyTorch's argmax. None where a logit is NaN: then there is no answer.
std::optional<int> rank_of(std::span<const float> logits, int label);

}  // namespace runtime
