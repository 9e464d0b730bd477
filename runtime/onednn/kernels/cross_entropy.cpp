#include <cmath>

#include <Eigen/Core>

#include "framework/base/error.h"
#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

namespace {

using Rows = Eigen::Map<Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using ConstRows = Eigen::Map<const Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

struct Classes {
    Eigen::Index rows, count;

    // Labels come from the user's data: a label that is no class must not become an index.
    Eigen::Index label(const Call& call, Eigen::Index row) const {
        const std::int32_t label = call.integers(1)[row];
        framework::require<framework::DataError>(
            label >= 0 && label < count, "sample ", row, " of iteration ", call.iteration.number,
            " has the label ", label, ", but the model tells ", count, " classes apart, from 0 on");
        return label;
    }
};

Classes classes_of(const framework::Shape& shape) {
    return {shape[0], shape[1]};
}

}  // namespace

Kernel make_kernel(const framework::CrossEntropy& op, const Operands& in, const Types& out) {
    const auto run = [c = classes_of(in[0].type.shape), s = op.smoothing](const Call& call) {
        const ConstRows logits(call.floats(0), c.rows, c.count);
        Rows p(call.result(1), c.rows, c.count);
        double loss = 0;
        for (Eigen::Index n = 0; n < c.rows; ++n) {
            const Eigen::Index label = c.label(call, n);
            const float largest = logits.row(n).maxCoeff();
            p.row(n) = (logits.row(n) - largest).exp();
            const float sum = p.row(n).sum();
            p.row(n) /= sum;
            const double log_sum = static_cast<double>(largest) + std::log(static_cast<double>(sum));
            const double mean = logits.row(n).cast<double>().mean();
            loss += log_sum - (1.0 - s) * logits(n, label) - s * mean;
        }
        call.result(0)[0] = static_cast<float>(loss / static_cast<double>(c.rows));
    };
    return own_kernel({plain_layout(in[0].type), plain_layout(in[1].type)},
                      {plain_layout(out[0]), plain_layout(out[1])}, run);
}

Kernel make_kernel(const framework::CrossEntropyBackward& op, const Operands& in, const Types& out) {
    const auto run = [c = classes_of(in[0].type.shape), s = op.smoothing](const Call& call) {
        const ConstRows p(call.floats(0), c.rows, c.count);
        Rows d(call.result(0), c.rows, c.count);
        const float scale = call.floats(2)[0] / static_cast<float>(c.rows);
        for (Eigen::Index n = 0; n < c.rows; ++n) {
            d.row(n) = scale * (p.row(n) - s / static_cast<float>(c.count));
            d(n, c.label(call, n)) -= scale * (1.0F - s);
        }
    };
    return own_kernel({plain_layout(in[0].type), plain_layout(in[1].type), plain_layout(in[2].type)},
                      {plain_layout(out[0])}, run);
}

Kernel make_kernel(const framework::NegativeLogLikelihood&, const Operands& in, const Types& out) {
    const auto run = [c = classes_of(in[0].type.shape)](const Call& call) {
        const ConstRows p(call.floats(0), c.rows, c.count);
        double loss = 0;
        for (Eigen::Index n = 0; n < c.rows; ++n)
            loss -= std::log(static_cast<double>(p(n, c.label(call, n))));
        call.result(0)[0] = static_cast<float>(loss / static_cast<double>(c.rows));
    };
    return own_kernel({plain_layout(in[0].type), plain_layout(in[1].type)}, {plain_layout(out[0])}, run);
}

Kernel make_kernel(const framework::NegativeLogLikelihoodBackward&, const Operands& in, const Types& out) {
    const auto run = [c = classes_of(in[0].type.shape)](const Call& call) {
        const ConstRows p(call.floats(0), c.rows, c.count);
        Rows d(call.result(0), c.rows, c.count);
        const float scale = call.floats(2)[0] / static_cast<float>(c.rows);
        d.setZero();
        for (Eigen::Index n = 0; n < c.rows; ++n) d(n, c.label(call, n)) = -scale / p(n, c.label(call, n));
    };
    return own_kernel({plain_layout(in[0].type), plain_layout(in[1].type), plain_layout(in[2].type)},
                      {plain_layout(out[0])}, run);
}

}  // namespace runtime
