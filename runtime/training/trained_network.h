// What the metadata of a checkpoint say about its network, and about how an image becomes its input: enough
// to use the network without the flags that it was trained with. RunDescription writes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/data/transform.h"
#include "runtime/training/safetensors.h"

namespace runtime {

struct TrainedNetwork {
    std::string model;
    std::string stem{};                      // small or imagenet; empty: the model has only one
    int classes = 0;                         // logits of the network
    std::vector<std::string> class_names{};  // of the first logits; there may be more logits
    int batch = 0;                           // of its training
    std::uint64_t seed = 0;                  // of its training, which divides a folder without train and test
    int image_size = 0;                      // side of the input in pixels
    data::TransformOptions transform{};      // of an image that has been scaled to image_size

    std::string name_of(int label) const;  // "class 12" for a logit without a name
};

// Reads the metadata `about` of the checkpoint `file`. Throws DataError, which names what is missing or
// wrong, and says how the file of an earlier version gets what it lacks.
TrainedNetwork trained_network(const std::filesystem::path& file, const StoredMetadata& about);

}  // namespace runtime
