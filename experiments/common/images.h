// The image sets that a user names (--data), and the options of network and batches that follow from them.
#pragma once

#include <string>

#include "experiments/common/options.h"
#include "runtime/data/dataset.h"
#include "runtime/data/transform.h"

namespace experiments {

struct ImageOptions {
    std::string data = "synthetic";  // synthetic | cifar10:DIR | mnist:DIR | images:DIR
    std::string augment = "auto";    // none | crop | crop-flip; auto: crop-flip for cifar10 and images
    std::string normalise = "set";   // set: by mean and deviation of the training images | image: by its own
    double validation = 0;           // share of the training images that is set aside
};

struct Images {
    runtime::data::DatasetPtr train, test, validation;  // validation: null unless images are set aside
    runtime::data::TransformOptions training, testing;
    models::ModelOptions network;
};

// Opens both sets. Throws UsageError if the options are wrong, DataError if the data is missing or damaged.
Images open_images(const ImageOptions& options, const ModelFlags& model);

}  // namespace experiments
