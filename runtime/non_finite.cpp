#include "runtime/non_finite.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "framework/base/error.h"

namespace runtime {

namespace {

// Whether the value that a storage had before the iteration has been overwritten by the step of the loss.
bool is_overwritten(const Program& program, framework::StorageId storage, framework::Step loss_step) {
    const framework::Plan& plan = program.plan();
    const auto bytes = [&](const framework::Residency& r) {
        return program.schedule().storages()[r.storage].bytes;
    };
    const framework::Residency& held = plan.residencies[framework::residency_at_start(plan, storage)];
    return std::ranges::any_of(plan.residencies, [&](const framework::Residency& later) {
        return later.tier == held.tier && later.offset < held.offset + bytes(held) &&
               held.offset < later.offset + bytes(later) && later.live.first >= held.live.last &&
               later.live.first <= loss_step;
    });
}

// Whether all results of the kernel of `step` stay at their addresses until after the step of the loss.
bool keeps_results(const Program& program, framework::Step step, framework::Step loss_step) {
    return std::ranges::all_of(
        program.graph().op(program.schedule().op(step)).outputs, [&](framework::TensorId output) {
            const framework::ResidencyId at =
                framework::residency_at(program.plan(), program.schedule().storage_of(output), step);
            return program.plan().residencies[at].live.last > loss_step;
        });
}

// Whether all floats of a residency are finite, padding included. They are read in pieces: a tensor may be as
// large as the memory that is left.
bool is_finite(const Device& device, const framework::Residency& r, framework::Bytes bytes) {
    std::vector<float> piece(std::size_t{1} << 18);
    for (framework::Bytes at = 0; at < bytes;) {
        const auto count = std::min(piece.size(), static_cast<std::size_t>(bytes - at) / sizeof(float));
        if (count == 0) break;
        const std::span values(piece.data(), count);
        device.get(r.tier, r.offset + at, std::as_writable_bytes(values));
        if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return false;
        at += static_cast<framework::Bytes>(values.size_bytes());
    }
    return true;
}

// "conv1 (conv2d)" if a result of the kernel that has just run is not finite; else empty.
std::string non_finite_result(const Program& program, framework::Step step) {
    const framework::OpNode& node = program.graph().op(program.schedule().op(step));
    program.device().wait();
    for (const framework::TensorId output : node.outputs) {
        const framework::TensorNode& tensor = program.graph().tensor(output);
        if (tensor.role == framework::Role::scratch || tensor.type.dtype != framework::DType::f32) continue;
        const framework::Residency& r = program.plan().residencies[framework::residency_at(
            program.plan(), program.schedule().storage_of(output), step)];
        if (!is_finite(program.device(), r, tensor.bytes))
            return node.name + " (" + framework::kind_of(node.op) + ")";
    }
    return {};
}

bool reads_what_is_lost(const Program& program, framework::Step step, framework::Step loss_step) {
    const framework::Graph& graph = program.graph();
    return std::ranges::any_of(graph.op(program.schedule().op(step)).inputs, [&](framework::TensorId input) {
        return framework::is_source(graph.op(graph.tensor(input).producer).op) &&
               is_overwritten(program, program.schedule().storage_of(input), loss_step);
    });
}

}  // namespace

std::string first_non_finite(const Program& program, const Iteration& iteration, framework::Step loss_step) {
    for (const framework::Instruction& instruction : program.instructions()) {
        if (const auto* copy = std::get_if<framework::Copy>(&instruction.what)) program.device().copy(*copy);
        const auto* launch = std::get_if<framework::Launch>(&instruction.what);
        if (!launch) continue;
        if (launch->step > loss_step) break;
        const bool is_lost = reads_what_is_lost(program, launch->step, loss_step);
        if (is_lost && !keeps_results(program, launch->step, loss_step))
            return "one from " + program.schedule().kernel(launch->step) +
                   " on: what that reads is overwritten by now";
        if (!is_lost) program.device().launch(program.kernel(launch->step), iteration);
        if (std::string found = non_finite_result(program, launch->step); !found.empty()) return found;
    }
    return "the loss itself";
}

}  // namespace runtime
