#include "runtime/training/synthetic_inputs.h"

namespace runtime {

using framework::Bytes;

void fill_inputs(const Program& program) {
    const framework::Graph& graph = program.graph();
    const framework::TensorId logits = graph.find("logits");
    const int classes = logits < 0 ? 1 : graph.tensor(logits).type.shape[1];
    for (framework::TensorId id = 0; id < graph.tensor_count(); ++id) {
        const framework::TensorNode& tensor = graph.tensor(id);
        if (tensor.role != framework::Role::input) continue;
        std::byte* bytes = program.address(id);
        if (tensor.type.dtype != framework::DType::f32) {
            auto* labels = reinterpret_cast<std::int32_t*>(bytes);
            for (int n = 0; n < tensor.type.shape[0]; ++n) labels[n] = n * 37 % classes;
            continue;
        }
        auto* values = reinterpret_cast<float*>(bytes);
        std::uint32_t state = 1;
        for (Bytes i = 0; i < tensor.bytes / 4; ++i) {
            state = state * 1664525U + 1013904223U;  // Knuth's quick and dirty generator
            values[i] = static_cast<float>(state >> 8) * 0x1p-23F - 1.0F;
        }
    }
}

}  // namespace runtime
