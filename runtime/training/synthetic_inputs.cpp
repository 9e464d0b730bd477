#include "runtime/training/synthetic_inputs.h"

namespace runtime {

void fill_inputs(Program& program) {
    const framework::Graph& graph = program.graph();
    const framework::TensorId logits = graph.find("logits");
    const int classes = logits < 0 ? 1 : graph.tensor(logits).type.shape[1];
    for (framework::TensorId id = 0; id < graph.tensor_count(); ++id) {
        const framework::TensorNode& tensor = graph.tensor(id);
        if (tensor.role != framework::Role::input) continue;
        const auto count = static_cast<std::size_t>(tensor.type.shape.elements());
        if (tensor.type.dtype != framework::DType::f32) {
            std::vector<std::int32_t> labels(count);
            for (std::size_t n = 0; n < count; ++n) labels[n] = static_cast<int>(n) * 37 % classes;
            program.put<std::int32_t>(id, labels);
            continue;
        }
        std::vector<float> values(count);
        std::uint32_t state = 1;
        for (float& value : values) {
            state = state * 1664525U + 1013904223U;  // Knuth's quick and dirty generator
            value = static_cast<float>(state >> 8) * 0x1p-23F - 1.0F;
        }
        program.put<float>(id, values);
    }
}

}  // namespace runtime
