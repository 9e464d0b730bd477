// DenseNet: Huang et al. 2017, "Densely Connected Convolutional Networks", table 1 (DenseNet-BC, growth 32).
#pragma once

#include "models/stem.h"

namespace models {

// Logits (N, classes). depth: 121, 169, 201 or 264.
framework::Tensor densenet(framework::Tensor images, int depth, int classes, Stem first = Stem::by_size);

}  // namespace models
