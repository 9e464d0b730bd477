#include "runtime/training/checkpoint.h"

#include "framework/base/error.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"
#include "runtime/training/parameters.h"

namespace runtime {

using framework::TensorId;
using framework::TensorNode;

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
        "; give the --model, --classes and --momentum that it was trained with");
    const auto shape_of = [&](TensorId id) {
        const framework::Shape& shape = program.graph().tensor(id).type.shape;
        return std::vector<std::int64_t>(shape.begin(), shape.end());
    };
    for (const TensorId id : wanted) file.at(program.graph().tensor(id).name, Dtype::f32, shape_of(id));
    std::vector<float> values;  // files of other writers need not be aligned
    for (const TensorId id : wanted) {
        const StoredTensor& stored = file.at(program.graph().tensor(id).name);
        values.resize(stored.bytes() / sizeof(float));
        std::copy_n(static_cast<const std::byte*>(stored.data), stored.bytes(),
                    reinterpret_cast<std::byte*>(values.data()));
        program.put<float>(id, values);
    }
    return file.metadata();
}

std::int64_t next_iteration(const std::filesystem::path& path, const StoredMetadata& about) {
    constexpr std::int64_t most = 1'000'000'000;  // the limit of --iterations
    const auto found = about.find("iteration");
    const std::string digits = found == about.end() ? "" : found->second;
    const auto number = framework::parse_number<std::int64_t>(digits);
    framework::require<framework::DataError>(
        number && *number >= 0 && *number <= most, path.string(), ": its metadata has ",
        framework::in_quotes(digits), " as \"iteration\"; a whole number from 0 to ", most, " is expected");
    return *number;
}

}  // namespace runtime
