// Networks by name, and what turns one into a graph that trains or infers: its inputs, its loss, its updates.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "framework/graph/autodiff.h"
#include "framework/graph/graph.h"

namespace models {

struct ModelOptions {
    int batch = 16;
    int image_size = 0;  // height and width in pixels; 0: those of the network's paper, 224 or 299
    int channels = 3;
    int classes = 1000;
    float label_smoothing = 0;
};

int native_image_size(const std::string& name);  // of its paper; throws UsageError for a name that is none
std::vector<std::string> names();                // what training() and inference() know, by family

// The graph reads "images" (N, C, S, S) f32 and "labels" (N) s32 and keeps "logits" (N, classes) and "loss".
// Parameters have the same names in both. The paper_* networks end in probabilities: these are their
// "logits". Throws UsageError for a name that is none, naming those near it, and for sizes below 1;
// ShapeError where the network does not fit the image.
framework::Graph training(const std::string& name, const ModelOptions& options = {},
                          const framework::SgdOptions& sgd = {});
framework::Graph inference(const std::string& name, const ModelOptions& options = {});

// A network of the user's own: from images to logits, whose number of classes is its own affair.
//
//     const auto perceptron = [](Tensor images) { return images | linear(100) | relu | linear(10); };
//     const Graph graph = models::training(perceptron, {.batch = 32, .image_size = 28, .channels = 1});
using Network = std::function<framework::Tensor(framework::Tensor images)>;
framework::Graph training(const Network& network, const ModelOptions& options,
                          const framework::SgdOptions& sgd = {});
framework::Graph inference(const Network& network, const ModelOptions& options);

// What a network of the user's own reads, by names and types of the user's own.
struct InputSpec {
    std::string name;
    framework::TensorType type;
};
class Inputs {
  public:
    Inputs(framework::Graph& graph, const std::vector<InputSpec>& specs);
    framework::Tensor operator[](const std::string& name) const;  // throws UsageError for a name that is none

  private:
    std::vector<std::pair<std::string, framework::Tensor>> tensors_;
};
// From the inputs to the loss, which the graph keeps as "loss"; framework::keep() keeps other results.
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
