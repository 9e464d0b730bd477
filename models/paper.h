// The networks of Hildebrand et al. 2020 ("AutoTM"), as its authors coded them: every convolution has a bias,
// also before a batch norm; ResNet's stem has neither norm nor ReLU and the stride of a block sits on its
// last 1x1; DenseNet's transitions always lead to 64 channels; Inception has no batch norm; no network has
// dropout. Their last pool has a window for images of 224 (299) pixels; here it is global, so that images may
// have any size.
#pragma once

#include "framework/graph/tensor.h"

namespace models {

// Each ends in probabilities (N, classes): a softmax of log(max(x, epsilon)), or of max(x, epsilon) in
// vgg416.
framework::Tensor paper_vgg19(framework::Tensor images, int classes);
framework::Tensor paper_vgg416(framework::Tensor images, int classes);
framework::Tensor paper_resnet200(framework::Tensor images, int classes);
framework::Tensor paper_densenet264(framework::Tensor images, int classes);
framework::Tensor paper_inception_v4(framework::Tensor images, int classes);

}  // namespace models
