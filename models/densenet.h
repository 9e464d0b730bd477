// DenseNet: Huang et al. 2017, "Densely Connected Convolutional Networks", table 1 (DenseNet-BC, growth 32).
#pragma once

#include "framework/graph/tensor.h"

namespace models {

// Logits (N, classes). depth: 121, 169, 201 or 264. For images of at most 64x64 pixels the stem is one 3x3
// convolution instead of the 7x7 one and the pool, as in the paper's networks for CIFAR.
framework::Tensor densenet(framework::Tensor images, int depth, int classes);

}  // namespace models
