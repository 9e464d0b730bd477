// The first layers of ResNet and DenseNet, for large or for small images.
#pragma once

#include <string>

#include "framework/graph/tensor.h"

namespace models {

// `imagenet` is a 7x7 convolution and a pool, which make the image a quarter as wide and high. `small` is one
// 3x3 convolution, as in both papers' networks for CIFAR-10 (He et al. 2015, section 4.2). `by_size` is small
// for images of at most 64x64 pixels, which imagenet would shrink too soon.
enum class Stem { by_size, small, imagenet };

Stem stem_for(Stem asked, int image_size);  // small or imagenet
const char* name_of(Stem stem);             // "small"; "auto" for by_size
Stem parse_stem(const std::string& name);   // throws UsageError for any other name

framework::Tensor stem(framework::Tensor images, Stem stem);  // 64 channels

}  // namespace models
