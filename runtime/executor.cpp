#include "runtime/executor.h"

#include <chrono>

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

}  // namespace

Executor::Executor(Program& program) : program_(program), times_(program.steps().size()) {}

IterationTime Executor::run(const Iteration& iteration) {
    IterationTime sum;
    const Clock::time_point begin = Clock::now();
    for (std::size_t step = 0; step < times_.size(); ++step) {
        const BoundStep& bound = program_.steps()[step];
        StepTime& time = times_[step];
        time.start = since(begin);
        for (const BoundMove& move : bound.before) stream_copy(move.to, move.from, move.bytes);
        const Seconds moved = bound.before.empty() ? time.start : since(begin);
        execute(bound.kernel, iteration);
        time.move = moved - time.start;
        time.kernel = since(begin) - moved;
        sum.moves += time.move;
        sum.kernels += time.kernel;
    }
    sum.total = since(begin);
    return sum;
}

}  // namespace runtime
