// ResNet: He et al. 2015, "Deep Residual Learning for Image Recognition", table 1; ResNet-200 has the blocks
// of He et al. 2016, "Identity Mappings in Deep Residual Networks".
#pragma once

#include "framework/graph/tensor.h"

namespace models {

// Logits (N, classes). depth: 18, 34 (two 3x3 convolutions a block), 50, 101, 152 or 200 (bottlenecks). For
// images of at most 64x64 pixels the stem is one 3x3 convolution (He et al. 2015, section 4.2, for CIFAR-10):
// the 7x7 convolution and the pool would shrink small images too soon.
framework::Tensor resnet(framework::Tensor images, int depth, int classes);

}  // namespace models
