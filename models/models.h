// Networks by name, and functions that make a graph of one for training or inference: they add inputs, loss
// and updates.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "framework/graph/autodiff.h"
#include "framework/graph/graph.h"
#include "models/stem.h"

namespace models {

struct ModelOptions {
    int batch = 16;
    int image_size = 0;  // height and width in pixels; 0: as in the network's paper, 224 or 299
    int channels = 3;
    int classes = 1000;
    float label_smoothing = 0;
    Stem stem = Stem::by_size;  // only for networks that have stems to choose from
};

int native_image_size(const std::string& name);  // of its paper; throws UsageError for an unknown name
bool has_stems(const std::string& name);         // ResNet and DenseNet; throws UsageError for an unknown name
std::vector<std::string> names();                // of all networks, by family
// The paper_* networks: their "logits" are probabilities. Throws UsageError for an unknown name.
bool ends_in_probabilities(const std::string& name);

// The graph reads "images" (N, C, S, S) f32 and "labels" (N) s32 and keeps "logits" (N, classes) and "loss".
// Parameters have the same names in both graphs. The paper_* networks end in probabilities, which the graph
// keeps as "logits". Throws UsageError for sizes below 1 and for an unknown name, with the known names
// closest to it, or for a stem where there is no choice. Throws ShapeError if the network cannot take images
// of this size.
framework::Graph training(const std::string& name, const ModelOptions& options = {},
                          const framework::SgdOptions& sgd = {});
framework::Graph inference(const std::string& name, const ModelOptions& options = {});

// A network of the user's own: a function from images to logits. The network sets the number of classes.
//
//     const auto perceptron = [](Tensor images) { return images | linear(100) | relu | linear(10); };
//     const Graph graph = models::training(perceptron, {.batch = 32, .image_size = 28, .channels = 1});
using Network = std::function<framework::Tensor(framework::Tensor images)>;
framework::Graph training(const Network& network, const ModelOptions& options,
                          const framework::SgdOptions& sgd = {});
framework::Graph inference(const Network& network, const ModelOptions& options);

// One input of a network of the user's own.
struct InputSpec {
    std::string name;
    framework::TensorType type;
};
class Inputs {
  public:
    Inputs(framework::Graph& graph, const std::vector<InputSpec>& specs);
    framework::Tensor operator[](const std::string& name) const;  // throws UsageError for an unknown name

  private:
    std::vector<std::pair<std::string, framework::Tensor>> tensors_;
};
// A function from the inputs to the loss, which the graph keeps as "loss". framework::keep() keeps other
// tensors.
//
//     const Graph graph = models::training(
//         {{"left", {{32, 3, 64, 64}}}, {"right", {{32, 3, 64, 64}}}, {"same", {{32}, DType::s32}}},
//         [](const models::Inputs& in) {
//             return cross_entropy(concat({tower(in["left"]), tower(in["right"])}) | linear(2), in["same"]);
//         });
using Loss = std::function<framework::Tensor(const Inputs& inputs)>;
framework::Graph training(const std::vector<InputSpec>& inputs, const Loss& loss,
                          const framework::SgdOptions& sgd = {});
framework::Graph inference(const std::vector<InputSpec>& inputs, const Loss& loss);

}  // namespace models
