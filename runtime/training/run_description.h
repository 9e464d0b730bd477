// What a checkpoint says about the run that wrote it: the network, how images become its input, and the
// settings of training. docs/checkpoint.md lists the keys.
#pragma once

#include <cstdint>
#include <string>

#include "framework/graph/autodiff.h"
#include "runtime/data/dataset.h"
#include "runtime/data/transform.h"
#include "runtime/training/learning_rate.h"
#include "runtime/training/safetensors.h"

namespace runtime {

// The value of "resize": what data::Resizer does.
inline constexpr const char* resize_method = "centre square, bilinear, antialiased";

struct RunDescription {
    std::string model;
    std::string stem{};  // small or imagenet; empty: the model has only one
    int classes = 0, batch = 0;
    std::uint64_t seed = 0;
    std::string data{};     // as the user named it
    double validation = 0;  // share of the training images that is set aside
    LearningRate rate{};    // its total is the length of the run
    framework::SgdOptions sgd{};
    float label_smoothing = 0;

    // `images` are transformed so for training. A network's input is then image_size pixels square.
    StoredMetadata metadata(const data::Dataset& images, const data::TransformOptions& transform) const;
};

}  // namespace runtime
