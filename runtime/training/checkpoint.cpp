#include "runtime/training/checkpoint.h"

#include <algorithm>

#include "framework/base/error.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"
#include "runtime/training/floats.h"
#include "runtime/training/parameters.h"

namespace runtime {

using framework::TensorId;
using framework::TensorNode;

namespace {

void require_fit(const std::filesystem::path& path, const Safetensors& file, const TensorNode& tensor) {
    const StoredTensor& stored = file.at(tensor.name);
    framework::require<framework::DataError>(
        is_readable_as_f32(stored.dtype) && std::ranges::equal(stored.shape, tensor.type.shape),
        path.string(), " is a checkpoint of another model: its tensor ", framework::in_quotes(tensor.name),
        " is ", print(stored), ", this model's is ", tensor.type.shape,
        "; give the --model, --stem, --classes and --image-size that it was trained with, or begin from "
        "its weights with --init");
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const Program& program, const StoredMetadata& about) {
    std::vector<std::vector<float>> values;
    std::vector<StoredTensor> stored;
    for (const TensorId id : persistent_tensors(program.graph())) {
        const TensorNode& tensor = program.graph().tensor(id);
        values.emplace_back(static_cast<std::size_t>(tensor.type.shape.elements()));
        program.get<float>(id, values.back());
        stored.push_back({.name = tensor.name,
                          .dtype = Dtype::f32,
                          .shape = {tensor.type.shape.begin(), tensor.type.shape.end()},
                          .data = values.back().data()});
    }
    write_safetensors(path, stored, about);
}

StoredMetadata load_checkpoint(const std::filesystem::path& path, Program& program) {
    const Safetensors file(path);
    const std::vector<TensorId> wanted = persistent_tensors(program.graph());
    framework::require<framework::DataError>(
        file.tensors().size() == wanted.size(), path.string(), " is a checkpoint of another model: it has ",
        file.tensors().size(), " tensors, this model ", wanted.size(),
        "; give the --model, --stem, --classes and --momentum "
        "that it was trained with, or begin from its weights with --init");
    for (const TensorId id : wanted) require_fit(path, file, program.graph().tensor(id));
    std::vector<float> values;
    for (const TensorId id : wanted) {
        read_as_f32(file.at(program.graph().tensor(id).name), values);
        program.put<float>(id, values);
    }
    return file.metadata();
}

std::int64_t next_iteration(const std::filesystem::path& path, const StoredMetadata& about) {
    return iterations_in(path, about, "iteration");
}

std::int64_t iterations_in(const std::filesystem::path& path, const StoredMetadata& about,
                           const std::string& key) {
    constexpr std::int64_t most = 1'000'000'000;  // the limit of --iterations
    const auto found = about.find(key);
    const std::string digits = found == about.end() ? "" : found->second;
    const auto number = framework::parse_number<std::int64_t>(digits);
    framework::require<framework::DataError>(number && *number >= 0 && *number <= most, path.string(),
                                             ": its metadata has ", framework::in_quotes(digits), " as \"",
                                             key, "\"; a whole number from 0 to ", most, " is expected");
    return *number;
}

}  // namespace runtime
