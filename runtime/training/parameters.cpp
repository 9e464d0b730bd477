#include "runtime/training/parameters.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "framework/base/error.h"
#include "runtime/training/random.h"

namespace runtime {

using framework::Graph;
using framework::Initializer;
using framework::Role;
using framework::TensorId;

namespace {

std::uint64_t fnv1a(const std::string& text) {  // Fowler, Noll, Vo
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

void draw(const Initializer& start, std::uint64_t seed, const std::string& name, std::vector<float>& values) {
    if (start.kind == Initializer::constant) {
        std::fill(values.begin(), values.end(), start.value);
        return;
    }
    const Philox random{seed};
    const std::uint64_t stream = fnv1a(name);
#pragma omp parallel for schedule(static)
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto words = random(i, stream);
        if (start.kind == Initializer::uniform) {
            values[i] = start.value * (2 * uniform(words[0]) - 1);
        } else {  // Box and Muller 1958
            values[i] = start.value * std::sqrt(-2 * std::log(uniform(words[0]))) *
                        std::cos(2 * std::numbers::pi_v<float> * uniform(words[1]));
        }
    }
}

}  // namespace

std::vector<TensorId> persistent_tensors(const Graph& graph) {
    std::vector<TensorId> found;
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        const Role role = graph.tensor(id).role;
        if ((role == Role::parameter || role == Role::state) && graph.storage(id) == id) found.push_back(id);
    }
    return found;
}

void initialize(Program& program, std::uint64_t seed) {
    std::vector<float> values;
    for (const TensorId id : persistent_tensors(program.graph())) {
        const framework::TensorNode& tensor = program.graph().tensor(id);
        const framework::Op& op = program.graph().op(tensor.producer).op;
        const auto* parameter = std::get_if<framework::Parameter>(&op);
        values.resize(static_cast<std::size_t>(tensor.type.shape.elements()));
        draw(parameter ? parameter->start
                       : Initializer{Initializer::constant, std::get<framework::State>(op).start},
             seed, tensor.name, values);
        program.put<float>(id, values);
    }
}

}  // namespace runtime
