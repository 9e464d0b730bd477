// Inception-v4: Szegedy et al. 2016, "Inception-v4, Inception-ResNet and the Impact of Residual Connections
// on Learning", figures 3 to 9.
#pragma once

#include "framework/graph/tensor.h"

namespace models {

// Logits (N, classes). Images have 299x299 pixels in the paper; they need at least 75x75.
framework::Tensor inception_v4(framework::Tensor images, int classes);

}  // namespace models
