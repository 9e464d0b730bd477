#include "runtime/training/initial_weights.h"

#include <algorithm>
#include <variant>

#include "framework/base/error.h"
#include "framework/base/text.h"
#include "runtime/training/floats.h"
#include "runtime/training/parameters.h"

namespace runtime {

using framework::Graph;
using framework::TensorId;
using framework::TensorNode;
using framework::text;

namespace {

bool belongs_to_optimizer(const Graph& graph, TensorId id) {
    return graph.tensor(id).role == framework::Role::state &&
           std::ranges::any_of(graph.readers(id), [&](framework::OpId reader) {
               return std::holds_alternative<framework::Sgd>(graph.op(reader).op);
           });
}

// Empty if the tensor can be taken.
std::string obstacle(const Safetensors& file, const TensorNode& tensor) {
    if (!file.contains(tensor.name)) return "the file does not have it";
    const StoredTensor& stored = file.at(tensor.name);
    const framework::Shape& shape = tensor.type.shape;
    if (is_readable_as_f32(stored.dtype) && std::ranges::equal(stored.shape, shape)) return "";
    return text("the file has ", print(stored), ", the model ", shape);
}

}  // namespace

InitialWeights load_weights(const std::filesystem::path& path, Program& program) {
    const Safetensors file(path);
    const Graph& graph = program.graph();
    InitialWeights result;
    std::vector<TensorId> fitting;
    bool has_parameter = false;
    for (const TensorId id : persistent_tensors(graph)) {
        if (belongs_to_optimizer(graph, id)) continue;
        const TensorNode& tensor = graph.tensor(id);
        if (std::string why = obstacle(file, tensor); !why.empty()) {
            result.left.push_back({tensor.name, std::move(why)});
            continue;
        }
        has_parameter |= tensor.role == framework::Role::parameter;
        fitting.push_back(id);
    }
    framework::require<framework::DataError>(has_parameter, path.string(), ": has no weights of this model: ",
                                             result.left.empty()
                                                 ? "the model has none"
                                                 : result.left.front().name + ": " + result.left.front().why,
                                             "; give the --model and --stem that wrote it");
    std::vector<float> values;
    for (const TensorId id : fitting) {
        read_as_f32(file.at(graph.tensor(id).name), values);
        program.put<float>(id, values);
        result.taken.push_back(graph.tensor(id).name);
    }
    result.unused = file.tensors().size() - result.taken.size();
    return result;
}

}  // namespace runtime
