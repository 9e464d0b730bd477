#include <algorithm>

#include <Eigen/Core>

#include "runtime/kernels/kernels.h"

namespace runtime {

namespace {

constexpr Eigen::Index chunk = 4096;  // of the three operands, 48 KiB

using Values = Eigen::Map<Eigen::ArrayXf, Eigen::Aligned64>;
using ConstValues = Eigen::Map<const Eigen::ArrayXf, Eigen::Aligned64>;

// Element by element, in whatever layout: padding is zero in all operands and stays so.
void update(const framework::Sgd& op, const Call& call, Eigen::Index begin, Eigen::Index count) {
    const float rate = call.iteration.learning_rate;
    const ConstValues dw(call.floats(1) + begin, count);
    Values w(call.result(0) + begin, count);
    if (op.momentum == 0) {
        w -= rate * (dw + op.weight_decay * w);
        return;
    }
    Values v(call.result(1) + begin, count);
    v = op.momentum * v + (dw + op.weight_decay * w);
    if (op.nesterov) {
        // g = v − momentum · v_before, put so that v_before need not be kept
        w -= rate * (dw + op.weight_decay * w + op.momentum * v);
    } else {
        w -= rate * v;
    }
}

}  // namespace

Kernel make_kernel(const framework::Sgd& op, const Operands& in, const Types& out) {
    const Layout w = settled_or_plain(in[0]);
    const auto count = static_cast<Eigen::Index>(w.get_size() / sizeof(float));
    const auto run = [op, count](const Call& call) {
        const Eigen::Index chunks = (count + chunk - 1) / chunk;
#pragma omp parallel for schedule(static)
        for (Eigen::Index c = 0; c < chunks; ++c) {
            update(op, call, c * chunk, std::min(chunk, count - c * chunk));
        }
    };
    return {.reads = std::vector<Layout>(in.size(), w),
            .writes = std::vector<Layout>(out.size(), w),
            .function = run,
            .implementation = "autotm"};
}

}  // namespace runtime
