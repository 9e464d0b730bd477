#include "models/models.h"

#include <algorithm>
#include <optional>

#include "framework/base/error.h"
#include "framework/base/nearest.h"
#include "framework/graph/layers.h"
#include "models/densenet.h"
#include "models/inception.h"
#include "models/paper.h"
#include "models/resnet.h"
#include "models/vgg.h"

namespace models {

using namespace framework;

namespace {

enum class Ends { in_logits, in_probabilities };

struct Entry {
    std::string name;
    int image_size;  // in the paper
    Ends ends;
    std::function<Tensor(Tensor images, const ModelOptions& options)> build;
    bool stems = false;  // it has stems to choose from
};

// For a network that asks only for the number of classes.
auto with_classes(Tensor (*build)(Tensor images, int classes)) {
    return [=](Tensor images, const ModelOptions& options) { return build(images, options.classes); };
}

std::vector<Entry> all_entries() {
    std::vector<Entry> all;
    const auto family = [&](const char* name, bool stems, auto build, std::initializer_list<int> depths) {
        for (const int depth : depths) {
            all.push_back(
                {text(name, depth), 224, Ends::in_logits,
                 [=](Tensor images, const ModelOptions& options) { return build(images, depth, options); },
                 stems});
        }
    };
    const auto with_stem = [](auto build) {
        return [=](Tensor images, int depth, const ModelOptions& options) {
            return build(images, depth, options.classes, options.stem);
        };
    };
    family("vgg", false,
           [](Tensor images, int depth, const ModelOptions& options) {
               return vgg(images, depth, options.classes);
           },
           {11, 13, 16, 19, 416});
    family("resnet", true, with_stem(resnet), {18, 34, 50, 101, 152, 200});
    family("densenet", true, with_stem(densenet), {121, 169, 201, 264});
    all.push_back({"inception_v4", 299, Ends::in_logits, with_classes(inception_v4)});
    all.push_back({"paper_vgg19", 224, Ends::in_probabilities, with_classes(paper_vgg19)});
    all.push_back({"paper_vgg416", 224, Ends::in_probabilities, with_classes(paper_vgg416)});
    all.push_back({"paper_resnet200", 224, Ends::in_probabilities, with_classes(paper_resnet200)});
    all.push_back({"paper_densenet264", 224, Ends::in_probabilities, with_classes(paper_densenet264)});
    all.push_back({"paper_inception_v4", 299, Ends::in_probabilities, with_classes(paper_inception_v4)});
    return all;
}

const std::vector<Entry>& entries() {
    static const std::vector<Entry> all = all_entries();
    return all;
}

const Entry& entry(const std::string& name) {
    const auto found = std::find_if(entries().begin(), entries().end(),
                                    [&](const Entry& known) { return known.name == name; });
    if (found == entries().end()) {
        const std::vector<std::string> near = nearest_first(name.substr(0, 100), names());
        throw UsageError(
            text("there is no model \"", name, "\"; near it are ", near[0], ", ", near[1], ", ", near[2]));
    }
    return *found;
}

void check(const ModelOptions& options) {
    const auto positive = [](const char* what, int value) {
        require<UsageError>(value >= 1, "a model needs ", what, " of at least 1, not ", value);
    };
    positive("a batch", options.batch);
    positive("an image size", options.image_size);
    positive("a number of image channels", options.channels);
    positive("a number of classes", options.classes);
    constexpr double largest = 1e12;  // far below where a number of bytes overflows
    const double side = options.image_size;
    require<UsageError>(options.batch * side * side <= largest && side * options.channels <= largest,
                        "a batch of ", options.batch, " images of ", options.image_size, "x",
                        options.image_size, " pixels is more than any machine holds");
}

using Updates = std::optional<SgdOptions>;  // none: a graph for inference

Graph assemble(const std::vector<InputSpec>& specs, const Loss& loss_of, const Updates& updates) {
    Graph graph(updates ? Mode::training : Mode::inference);
    const Tensor loss = loss_of(Inputs(graph, specs));
    require<ShapeError>(static_cast<bool>(loss), "the network made no loss of its inputs");
    keep(loss, "loss");
    if (updates) training_graph(loss, *updates);
    return graph;
}

Graph assemble(const Network& network, Ends ends, const ModelOptions& options, const Updates& updates) {
    check(options);
    const Shape shape{options.batch, options.channels, options.image_size, options.image_size};
    const auto loss_of = [&](const Inputs& inputs) {
        const Tensor scores = network(inputs["images"]);
        require<ShapeError>(static_cast<bool>(scores), "the network made no logits of the images ", shape);
        keep(scores, "logits");
        return ends == Ends::in_logits ? cross_entropy(scores, inputs["labels"], options.label_smoothing)
                                       : negative_log_likelihood(scores, inputs["labels"]);
    };
    return assemble({{"images", {shape}}, {"labels", {{options.batch}, DType::s32}}}, loss_of, updates);
}

Graph assemble(const std::string& name, ModelOptions options, const Updates& updates) {
    const Entry& model = entry(name);
    require<UsageError>(model.ends == Ends::in_logits || options.label_smoothing == 0, name,
                        " ends in probabilities, whose loss knows no label smoothing; leave it at 0");
    require<UsageError>(model.stems || options.stem == Stem::by_size, name, " has one stem only, and --stem ",
                        name_of(options.stem), " chooses for ResNet and DenseNet; leave --stem out");
    if (options.image_size == 0) options.image_size = model.image_size;
    const auto network = [&](Tensor images) { return model.build(images, options); };
    return assemble(network, model.ends, options, updates);
}

}  // namespace

Inputs::Inputs(Graph& graph, const std::vector<InputSpec>& specs) {
    for (const InputSpec& spec : specs) tensors_.emplace_back(spec.name, input(graph, spec.name, spec.type));
}

Tensor Inputs::operator[](const std::string& name) const {
    std::string known;
    for (const auto& [given, tensor] : tensors_) {
        if (given == name) return tensor;
        known += (known.empty() ? "" : ", ") + given;
    }
    throw UsageError(text("the network has no input \"", name, "\"; it has ", known));
}

int native_image_size(const std::string& name) {
    return entry(name).image_size;
}

bool has_stems(const std::string& name) {
    return entry(name).stems;
}

bool ends_in_probabilities(const std::string& name) {
    return entry(name).ends == Ends::in_probabilities;
}

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const Entry& known : entries()) all.push_back(known.name);
    return all;
}

Graph training(const std::string& name, const ModelOptions& options, const SgdOptions& sgd) {
    return assemble(name, options, sgd);
}
Graph inference(const std::string& name, const ModelOptions& options) {
    return assemble(name, options, {});
}
Graph training(const Network& network, const ModelOptions& options, const SgdOptions& sgd) {
    return assemble(network, Ends::in_logits, options, sgd);
}
Graph inference(const Network& network, const ModelOptions& options) {
    return assemble(network, Ends::in_logits, options, {});
}
Graph training(const std::vector<InputSpec>& inputs, const Loss& loss, const SgdOptions& sgd) {
    return assemble(inputs, loss, sgd);
}
Graph inference(const std::vector<InputSpec>& inputs, const Loss& loss) {
    return assemble(inputs, loss, {});
}

}  // namespace models
