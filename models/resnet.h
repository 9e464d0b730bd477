// ResNet: He et al. 2015, "Deep Residual Learning for Image Recognition", table 1; ResNet-200 has the blocks
// of He et al. 2016, "Identity Mappings in Deep Residual Networks".
#pragma once

#include "models/stem.h"

namespace models {

// Logits (N, classes). depth: 18, 34 (two 3x3 convolutions a block), 50, 101, 152 or 200 (bottlenecks).
framework::Tensor resnet(framework::Tensor images, int depth, int classes, Stem first = Stem::by_size);

}  // namespace models
