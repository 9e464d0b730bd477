// VGG: Simonyan and Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
// table 1, columns A (11), B (13), D (16) and E (19); and the 416 layers of Hildebrand et al. 2020
// ("AutoTM").
#pragma once

#include "framework/graph/tensor.h"

namespace models {

// The convolutions and pools. Each of the five stages halves height and width, so that images need at least
// 32x32 pixels. depth: 11, 13, 16, 19 or 416.
framework::Tensor vgg_features(framework::Tensor images, int depth);

// Logits (N, classes). The classifier reads 7x7 cells, to which the result of the stages is averaged. For
// images below 224x224 pixels that result has fewer cells, and the classifier reads all of them.
framework::Tensor vgg(framework::Tensor images, int depth, int classes);

}  // namespace models
