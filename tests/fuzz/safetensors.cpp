// Checkpoints: the header, and the bytes that it points to.
#include "runtime/training/safetensors.h"

#include "framework/base/error.h"
#include "runtime/training/trained_network.h"
#include "tests/fuzz/harness.h"

namespace {

std::string file_of(const std::string& header) {
    std::string file;
    for (int byte = 0; byte < 8; ++byte) file += static_cast<char>(header.size() >> (8 * byte) & 0xff);
    return file + header;
}

std::string lists(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

// Lists in lists, far deeper than a reader that calls itself for each can follow.
constexpr std::size_t deep = 100'000;
const fuzz::LargeInput deep_shape([] {
    return file_of(R"({"w":{"dtype":"F32","shape":)" + lists(deep) + R"(,"data_offsets":[0,0]}})");
});
const fuzz::LargeInput deep_extent([] {
    return file_of(R"({"w":{"dtype":"F32","shape":[)" + lists(deep) + R"(],"data_offsets":[0,0]}})");
});
const fuzz::LargeInput deep_metadata([] { return file_of(R"({"__metadata__":{"a":)" + lists(deep) + "}}"); });
const fuzz::LargeInput deep_header([] { return file_of(lists(deep)); });
const fuzz::LargeInput long_name([] { return file_of("{\"" + std::string(deep, 'w') + "\":1}"); });

// Reads the metadata as a network's. Most are refused, which is no failure of the file.
void read_network(const runtime::StoredMetadata& about) {
    try {
        runtime::trained_network("checkpoint.safetensors", about);
    } catch (const framework::DataError&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::judge([&] {
        const runtime::Safetensors file(fuzz::write("checkpoint.safetensors", {data, size}));
        for (const runtime::StoredTensor& tensor : file.tensors()) {
            file.at(tensor.name, tensor.dtype, tensor.shape);
            const auto* bytes = static_cast<const volatile std::uint8_t*>(tensor.data);
            for (std::size_t i = 0; i < tensor.bytes(); ++i) bytes[i];  // volatile, so that it is read
        }
        if (!file.metadata().empty()) read_network(file.metadata());
    });
}
