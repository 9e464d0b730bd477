// By name or of the user's own: the graphs that models::training() and models::inference() make.
#include "models/models.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/layers.h"

using namespace framework;

namespace {

template <class Kind>
int count(const Graph& graph) {
    int found = 0;
    for (OpId id = 0; id < graph.op_count(); ++id) found += std::holds_alternative<Kind>(graph.op(id).op);
    return found;
}

std::set<std::string> parameters(const Graph& graph) {
    std::set<std::string> names;
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        if (std::holds_alternative<Parameter>(graph.op(graph.tensor(id).producer).op)) {
            names.insert(graph.tensor(id).name);
        }
    }
    return names;
}

Tensor perceptron(Tensor images) {
    return images | linear(100) | relu | linear(10);
}

}  // namespace

TEST_CASE("models: a graph reads images and labels and keeps logits and loss") {
    const models::ModelOptions options{.batch = 3, .image_size = 40, .channels = 1, .classes = 7};
    for (const Graph& graph :
         {models::training("resnet18", options), models::inference("resnet18", options)}) {
        CHECK(graph.tensor(graph.find("images")).type == TensorType{{3, 1, 40, 40}});
        CHECK(graph.tensor(graph.find("labels")).type == TensorType{{3}, DType::s32});
        CHECK(graph.tensor(graph.find("logits")).type == TensorType{{3, 7}});
        CHECK(graph.tensor(graph.find("loss")).type == TensorType{{1}});
        CHECK(graph.find("images_of_nothing") == -1);
    }
}

TEST_CASE("models: training and inference name their parameters alike") {
    for (const std::string& name : models::names()) {
        CAPTURE(name);
        const models::ModelOptions options{.batch = 2, .image_size = 96, .classes = 10};
        CHECK(parameters(models::training(name, options)) == parameters(models::inference(name, options)));
    }
}

TEST_CASE("models: every parameter is updated once, and none for inference") {
    for (const std::string& name : models::names()) {
        CAPTURE(name);
        const models::ModelOptions options{.batch = 2, .image_size = 96, .classes = 10};
        const Graph training = models::training(name, options), inference = models::inference(name, options);
        CHECK(count<Sgd>(training) == count<Parameter>(training));
        CHECK(count<Sgd>(inference) == 0);
        CHECK(count<Dropout>(inference) == 0);
        CHECK(count<BatchNorm>(inference) == 0);
    }
}

TEST_CASE("models: ops are named by stage and block") {
    const auto has = [](const std::string& model, const std::string& parameter) {
        return parameters(models::inference(model, {.batch = 2, .image_size = 96})).contains(parameter);
    };
    CHECK(has("resnet50", "stage1.block1.conv1.weight"));
    CHECK(has("resnet50", "stage4.block3.batch_norm3.bias"));
    CHECK(has("vgg16", "stage5.conv3.bias"));
    CHECK(has("vgg16", "classifier.linear3.weight"));
    CHECK(has("densenet121", "block4.layer16.conv2.weight"));
    CHECK(has("densenet121", "transition3.conv1.weight"));
    CHECK(has("inception_v4", "reduction_b.conv1.weight"));
    CHECK(has("paper_resnet200", "stage3.block36.conv2.bias"));
}

TEST_CASE("models: the classifier of vgg reads 7x7 cells, fewer where the image leaves fewer") {
    const auto read = [](int size) {
        const Graph graph = models::inference("vgg11", {.batch = 2, .image_size = size});
        return graph.tensor(graph.find("classifier.linear1.weight")).type.shape[1];
    };
    CHECK(read(224) == 512 * 7 * 7);
    CHECK(read(320) == 512 * 7 * 7);
    CHECK(read(96) == 512 * 3 * 3);
    CHECK(read(32) == 512);
}

TEST_CASE("models: options that make no model are the user's error, in a sentence") {
    const auto fails = [](const models::ModelOptions& options, const char* text) {
        CHECK_THROWS_WITH_AS(models::training("resnet18", options), text, UsageError);
        CHECK_THROWS_WITH_AS(models::inference("resnet18", options), text, UsageError);
    };
    fails({.batch = 0}, "a model needs a batch of at least 1, not 0");
    fails({.batch = -4}, "a model needs a batch of at least 1, not -4");
    fails({.image_size = -1}, "a model needs an image size of at least 1, not -1");
    fails({.channels = 0}, "a model needs a number of image channels of at least 1, not 0");
    fails({.classes = -10}, "a model needs a number of classes of at least 1, not -10");
    fails({.batch = 1'000'000, .image_size = 1'000'000},
          "a batch of 1000000 images of 1000000x1000000 pixels is more than any machine holds");
    CHECK_THROWS_WITH_AS(
        models::training("paper_vgg19", {.label_smoothing = 0.1F}),
        "paper_vgg19 ends in probabilities, whose loss knows no label smoothing; leave it at 0", UsageError);
    CHECK_THROWS_AS(models::training("resnet18", {.label_smoothing = 1}), ShapeError);
}

TEST_CASE("models: an unknown name is answered with those near it") {
    CHECK_THROWS_WITH_AS(models::training("resnet51"),
                         "there is no model \"resnet51\"; near it are resnet50, resnet18, resnet34",
                         UsageError);
    CHECK_THROWS_WITH_AS(models::inference("Inception-v4"), doctest::Contains("near it are inception_v4"),
                         UsageError);
    CHECK_THROWS_AS(models::training(""), UsageError);
}

TEST_CASE("models: one image of one value a channel has no variance to train with, but infers") {
    const models::ModelOptions one{.batch = 1, .image_size = 1, .classes = 10};
    CHECK_THROWS_WITH_AS(models::training("resnet18", one), doctest::Contains("use a larger batch or image"),
                         ShapeError);
    CHECK_NOTHROW(models::inference("resnet18", one));
}

TEST_CASE("models: a network of the user's own takes the same way") {
    const models::ModelOptions options{.batch = 32, .image_size = 28, .channels = 1};
    const Graph graph = models::training(perceptron, options, {.momentum = 0});
    CHECK(graph.tensor(graph.find("logits")).type.shape == Shape{32, 10});
    CHECK(count<Sgd>(graph) == 4);
    CHECK(parameters(graph) == parameters(models::inference(perceptron, options)));
}

TEST_CASE("models: a network of the user's own must say its image size and return logits") {
    CHECK_THROWS_AS(models::training(perceptron, {.batch = 2}), UsageError);
    const auto nothing = [](Tensor) { return Tensor{}; };
    CHECK_THROWS_WITH_AS(models::training(nothing, {.batch = 2, .image_size = 8}),
                         "the network made no logits of the images (2, 3, 8, 8)", ShapeError);
    const auto no_rows = [](Tensor images) { return images | conv(10, {.kernel = 1}); };
    CHECK_THROWS_AS(models::training(no_rows, {.batch = 2, .image_size = 8}), ShapeError);
}
