#include "runtime/executor.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "framework/error.h"
#include "runtime/mover.h"

namespace runtime {

using framework::Seconds;

namespace {

using Clock = std::chrono::steady_clock;

Seconds since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void execute(const BoundKernel& bound, const Iteration& iteration) {
    const Kernel& kernel = *bound.kernel;
    if (kernel.function) kernel.function({bound.in, bound.out, iteration});
    if (!kernel.primitive) return;
    // The C call: the C++ one would build a map of the arguments anew each time.
    const dnnl_status_t status =
        dnnl_primitive_execute(kernel.primitive.get(), stream().get(),
                               static_cast<int>(bound.arguments.size()), bound.arguments.data());
    framework::require<framework::KernelError>(status == dnnl_success, "oneDNN failed in a kernel of ",
                                               kernel.implementation, " with status ", status);
}

void move_all(const BoundStep& step) {
    for (const BoundMove& move : step.before) stream_copy(move.to, move.from, move.bytes);
}

}  // namespace

Executor::Executor(const Program& program) : program_(program), times_(program.steps().size()) {
    const framework::TensorId loss = program.graph().find("loss");
    if (loss < 0) return;
    loss_ = program.floats("loss");
    while (program.schedule().op(static_cast<int>(loss_step_)) != program.graph().tensor(loss).producer)
        ++loss_step_;
}

// Nothing was updated so far, so the forward pass can run again, step by step, to find where it went wrong.
void Executor::report_non_finite(const Iteration& iteration) {
    const framework::Graph& graph = program_.graph();
    std::string where = "the loss itself";
    for (std::size_t step = 0; step <= loss_step_ && where == "the loss itself"; ++step) {
        const BoundKernel& kernel = program_.steps()[step].kernel;
        move_all(program_.steps()[step]);
        execute(kernel, iteration);
        const framework::OpNode& node = graph.op(program_.schedule().op(static_cast<int>(step)));
        for (std::size_t slot = 0; slot < node.outputs.size(); ++slot) {
            const framework::TensorNode& tensor = graph.tensor(node.outputs[slot]);
            if (tensor.role == framework::Role::scratch || tensor.type.dtype != framework::DType::f32)
                continue;
            const auto* values = reinterpret_cast<const float*>(kernel.out[slot]);
            const auto count = static_cast<std::size_t>(tensor.bytes) / sizeof(float);
            if (!std::all_of(values, values + count, [](float value) { return std::isfinite(value); })) {
                where = node.name + " (" + framework::kind_of(node.op) + ")";
                break;
            }
        }
    }
    throw framework::NonFiniteLoss(framework::text(
        "the loss of iteration ", iteration.number, " is ", *loss_,
        ": the first kernel with such a result is ", where,
        "; nothing was updated in this iteration; try a smaller --learning-rate or a --warmup"));
}

IterationTime Executor::run(const Iteration& iteration) {
    IterationTime sum;
    const Clock::time_point begin = Clock::now();
    for (std::size_t step = 0; step < times_.size(); ++step) {
        const BoundStep& bound = program_.steps()[step];
        StepTime& time = times_[step];
        time.start = since(begin);
        move_all(bound);
        const Seconds moved = bound.before.empty() ? time.start : since(begin);
        execute(bound.kernel, iteration);
        time.move = moved - time.start;
        time.kernel = since(begin) - moved;
        if (loss_ && step == loss_step_ && !std::isfinite(*loss_)) report_non_finite(iteration);
        sum.moves += time.move;
        sum.kernels += time.kernel;
    }
    sum.total = since(begin);
    return sum;
}

}  // namespace runtime
