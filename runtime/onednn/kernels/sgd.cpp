#include <algorithm>

#include "runtime/onednn/kernels/kernels.h"
#include "runtime/onednn/kernels/loops/loops.h"

namespace runtime {

namespace {

constexpr std::int64_t chunk = 4096;  // elements; of three operands together 48 KiB

}  // namespace

Kernel make_kernel(const framework::Sgd& op, const Operands& in, const Types& out) {
    const Layout w = settled_or_plain(in[0]);
    const auto count = w.elements();
    // Element by element, in whatever layout: padding is zero in all operands and stays so.
    const auto run = [op, count](const Call& call) {
        const SgdStep step{call.iteration.learning_rate, op.momentum, op.weight_decay, op.nesterov};
#pragma omp parallel for schedule(static)
        for (std::int64_t begin = 0; begin < count; begin += chunk) {
            loops().sgd(std::min(chunk, count - begin), step, call.floats(1) + begin, call.result(0) + begin,
                        op.momentum == 0 ? nullptr : call.result(1) + begin);
        }
    };
    return own_kernel(std::vector<Layout>(in.size(), w), std::vector<Layout>(out.size(), w), run);
}

}  // namespace runtime
