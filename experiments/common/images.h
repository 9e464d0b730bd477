// Images as a user names them (--data), and what follows from them for the network and its batches.
#pragma once

#include <string>

#include "experiments/common/options.h"
#include "runtime/data/dataset.h"
#include "runtime/data/transform.h"

namespace experiments {

struct Images {
    runtime::data::DatasetPtr train, test;
    runtime::data::TransformOptions training, testing;
    models::ModelOptions network;
};

// `augment`: none | crop | crop-flip; auto: crop-flip for cifar10 and images. Throws UsageError, DataError.
Images open_images(const std::string& spec, const std::string& augment, const ModelFlags& model);

}  // namespace experiments
