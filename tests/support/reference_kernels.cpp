// References for norms, functions of one element, concat and slice, losses and updates.
#include "tests/support/reference_kernels.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace support {

using framework::Function;
using framework::Shape;

namespace {

Array filled(const Shape& shape, const auto& value) {
    Array array = zeros(shape);
    for (std::size_t i = 0; i < array.values.size(); ++i) array.values[i] = static_cast<float>(value(i));
    return array;
}

double at(const Array& array, std::size_t i) {
    return array.values[i];
}

// Channels of (N, C, ...): how an element's index gives its channel, and how many values each has.
struct Channels {
    explicit Channels(const Shape& x)
        : count(static_cast<std::size_t>(x.channels())),
          positions(static_cast<std::size_t>(x.elements_from(2))),
          values(static_cast<double>(x.elements()) / static_cast<double>(count)) {}
    std::size_t of(std::size_t index) const { return index / positions % count; }
    std::vector<double> sums(std::size_t elements, const auto& value) const {
        std::vector<double> sums(count, 0.0);
        for (std::size_t i = 0; i < elements; ++i) sums[of(i)] += value(i);
        return sums;
    }

    std::size_t count, positions;
    double values;
};

double rectified(double value, bool relu) {
    return relu ? std::max(value, 0.0) : value;
}

}  // namespace

Arrays reference(const framework::BatchNorm& op, const Arrays& in) {
    const auto& [x, scale, shift] = std::tie(in[0], in[1], in[2]);
    const Channels channels(x.shape());
    std::vector<double> mean = channels.sums(x.values.size(), [&](std::size_t i) { return at(x, i); });
    for (double& value : mean) value /= channels.values;
    std::vector<double> variance = channels.sums(x.values.size(), [&](std::size_t i) {
        const double d = at(x, i) - mean[channels.of(i)];
        return d * d;
    });
    for (double& value : variance) value /= channels.values;
    const auto inverse = [&](std::size_t c) { return 1 / std::sqrt(variance[c] + op.epsilon); };
    const double unbiased = channels.values / (channels.values - 1), momentum = op.momentum;
    return {filled(x.shape(),
                   [&](std::size_t i) {
                       const std::size_t c = channels.of(i);
                       const double value = at(scale, c) * (at(x, i) - mean[c]) * inverse(c) + at(shift, c);
                       return rectified(value, op.relu);
                   }),
            filled(scale.shape(), [&](std::size_t c) { return mean[c]; }), filled(scale.shape(), inverse),
            filled(scale.shape(),
                   [&](std::size_t c) { return at(in[3], c) + momentum * (mean[c] - at(in[3], c)); }),
            filled(scale.shape(), [&](std::size_t c) {
                return at(in[4], c) + momentum * (variance[c] * unbiased - at(in[4], c));
            })};
}

Arrays reference(const framework::BatchNormBackward& op, const Arrays& in) {
    const auto& [x, dy, scale, shift] = std::tie(in[0], in[1], in[2], in[3]);
    const auto& [mean, inverse] = std::tie(in[4], in[5]);
    const Channels channels(x.shape());
    const auto normal = [&](std::size_t i) {
        const std::size_t c = channels.of(i);
        return (at(x, i) - at(mean, c)) * at(inverse, c);
    };
    const auto d = [&](std::size_t i) {
        const std::size_t c = channels.of(i);
        return !op.relu || at(scale, c) * normal(i) + at(shift, c) > 0 ? at(dy, i) : 0;
    };
    const std::vector<double> d_shift = channels.sums(x.values.size(), d);
    const std::vector<double> d_scale =
        channels.sums(x.values.size(), [&](std::size_t i) { return d(i) * normal(i); });
    return {
        filled(x.shape(),
               [&](std::size_t i) {
                   const std::size_t c = channels.of(i);
                   return at(scale, c) * at(inverse, c) *
                          (d(i) - d_shift[c] / channels.values - normal(i) * d_scale[c] / channels.values);
               }),
        filled(scale.shape(), [&](std::size_t c) { return d_scale[c]; }),
        filled(scale.shape(), [&](std::size_t c) { return d_shift[c]; })};
}

Arrays reference(const framework::BatchNormInference& op, const Arrays& in) {
    const Array& x = in[0];
    const Channels channels(x.shape());
    return {filled(x.shape(), [&](std::size_t i) {
        const std::size_t c = channels.of(i);
        const double normal = (at(x, i) - at(in[3], c)) / std::sqrt(at(in[4], c) + op.epsilon);
        return rectified(at(in[1], c) * normal + at(in[2], c), op.relu);
    })};
}

namespace {

// k + alpha / size · Σ x² around the channel of an element, and its neighbours: visit(index).
template <class Visit>
void for_each_neighbour(const framework::Lrn& op, const Shape& x, std::size_t i, const Visit& visit) {
    const Channels channels(x);
    const auto c = static_cast<std::int64_t>(channels.of(i));
    for (std::int64_t n = c - op.size / 2; n <= c + op.size / 2; ++n) {
        if (n < 0 || n >= x.channels()) continue;
        visit(static_cast<std::size_t>(static_cast<std::int64_t>(i) +
                                       (n - c) * static_cast<std::int64_t>(channels.positions)));
    }
}

double base(const framework::Lrn& op, const Array& x, std::size_t i) {
    double sum = 0;
    for_each_neighbour(op, x.shape(), i, [&](std::size_t j) { sum += at(x, j) * at(x, j); });
    return op.k + op.alpha / op.size * sum;
}

}  // namespace

Arrays reference(const framework::Lrn& op, const Arrays& in) {
    const Array& x = in[0];
    return {filled(x.shape(),
                   [&](std::size_t i) { return at(x, i) * std::pow(base(op, x, i), -double{op.beta}); })};
}

// y_j = x_j · b_j^−β:  dx_i = dy_i · b_i^−β − 2 α β / size · x_i · Σ_j dy_j · x_j · b_j^(−β − 1)
Arrays reference(const framework::LrnBackward& op, const Arrays& x_and_dy) {
    const auto& [x, dy] = std::tie(x_and_dy[0], x_and_dy[1]);
    const framework::Lrn& f = op.forward;
    return {filled(x.shape(), [&](std::size_t i) {
        double sum = 0;
        for_each_neighbour(f, x.shape(), i, [&](std::size_t j) {
            sum += at(dy, j) * at(x, j) * std::pow(base(f, x, j), -double{f.beta} - 1);
        });
        return at(dy, i) * std::pow(base(f, x, i), -double{f.beta}) -
               2.0 * f.alpha * f.beta / f.size * at(x, i) * sum;
    })};
}

Arrays reference(const framework::Eltwise& op, const Arrays& in) {
    return {filled(in[0].shape(), [&](std::size_t i) {
        const double x = at(in[0], i);
        switch (op.function) {
            case Function::relu:
                return x > 0 ? x : op.alpha * x;
            case Function::sigmoid:
                return 1 / (1 + std::exp(-x));
            case Function::log:
                return std::log(x);
            case Function::at_least:
                return std::max(x, double{op.alpha});
        }
        return x;
    })};
}

Arrays reference(const framework::EltwiseBackward& op, const Arrays& in) {
    return {filled(in[0].shape(), [&](std::size_t i) {
        const double dy = at(in[0], i), seen = at(in[1], i);  // y, or x
        switch (op.forward.function) {
            case Function::relu:
                return seen > 0 ? dy : op.forward.alpha * dy;
            case Function::sigmoid:
                return dy * seen * (1 - seen);
            case Function::log:
                return dy / seen;
            case Function::at_least:
                return seen > op.forward.alpha ? dy : 0;
        }
        return dy;
    })};
}

Arrays reference(const framework::Add& op, const Arrays& in) {
    return {filled(in[0].shape(),
                   [&](std::size_t i) { return rectified(at(in[0], i) + at(in[1], i), op.relu); })};
}

Arrays reference(const framework::Multiply&, const Arrays& in) {
    return {filled(in[0].shape(), [&](std::size_t i) { return at(in[0], i) * at(in[1], i); })};
}

Arrays reference(const framework::DropoutBackward& op, const Arrays& in) {
    return {filled(in[0].shape(), [&](std::size_t i) {
        return at(in[0], i) * at(in[1], i) / (1 - double{op.probability});
    })};
}

namespace {

// Copies all channels of `part` (N, C, ...) into `whole`, from channel `begin` on; with `out`, from `whole`
// to `part`.
template <class Whole, class Part>
void copy_channels(Whole& whole, Part& part, std::int64_t begin, bool out) {
    const auto row = static_cast<std::size_t>(part.shape().elements_from(1));
    const auto stride = static_cast<std::size_t>(whole.shape().elements_from(1));
    const auto start = static_cast<std::size_t>(begin * whole.shape().elements_from(1) / whole.shape()[1]);
    for (std::size_t i = 0; i < part.values.size(); ++i) {
        const std::size_t place = i / row * stride + start + i % row;
        if (out) {
            part.values[i] = whole.values[place];
        } else {
            whole.values[place] = part.values[i];
        }
    }
}

}  // namespace

Arrays reference(const framework::Concat&, const Arrays& in) {
    std::int64_t channels = 0;
    for (const Array& part : in) channels += part.shape().channels();
    Array y = zeros(in[0].shape().with(1, channels));
    std::int64_t begin = 0;
    for (Array part : in) {
        copy_channels(y, part, begin, false);
        begin += part.shape().channels();
    }
    return {y};
}

Arrays reference(const framework::Slice& op, const Arrays& in) {
    Array x = in[0], y = zeros(x.shape().with(1, op.end - op.begin));
    copy_channels(x, y, op.begin, true);
    return {y};
}

Arrays reference(const framework::SliceBackward& op, const Arrays& in) {
    Array dx = zeros(op.x), dy = in[0];
    copy_channels(dx, dy, op.slice.begin, false);
    return {dx};
}

Arrays reference(const framework::Reshape& op, const Arrays& in) {
    return {{{op.to, in[0].type.dtype}, in[0].values}};
}

namespace {

struct Rows {
    explicit Rows(const Array& x)
        : rows(static_cast<std::size_t>(x.shape()[0])), classes(static_cast<std::size_t>(x.shape()[1])) {}
    std::size_t rows, classes;
};

// ln Σ_c exp(x[n, c])
double log_sum(const Array& x, std::size_t row, std::size_t classes) {
    const auto begin = x.values.begin() + static_cast<std::ptrdiff_t>(row * classes);
    const double largest = *std::max_element(begin, begin + static_cast<std::ptrdiff_t>(classes));
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += std::exp(at(x, row * classes + c) - largest);
    return largest + std::log(sum);
}

// q[n, c]
double target(const Array& labels, std::size_t row, std::size_t c, std::size_t classes, double smoothing) {
    const double rest = smoothing / static_cast<double>(classes);
    return rest + (static_cast<std::size_t>(labels.values[row]) == c ? 1 - smoothing : 0);
}

}  // namespace

Arrays reference(const framework::Softmax&, const Arrays& in) {
    const Rows r(in[0]);
    return {filled(in[0].shape(), [&](std::size_t i) {
        return std::exp(at(in[0], i) - log_sum(in[0], i / r.classes, r.classes));
    })};
}

Arrays reference(const framework::SoftmaxBackward&, const Arrays& in) {
    const auto& [y, dy] = std::tie(in[0], in[1]);
    const Rows r(y);
    return {filled(y.shape(), [&](std::size_t i) {
        double sum = 0;
        for (std::size_t c = 0; c < r.classes; ++c) {
            const std::size_t j = i / r.classes * r.classes + c;
            sum += at(y, j) * at(dy, j);
        }
        return at(y, i) * (at(dy, i) - sum);
    })};
}

Arrays reference(const framework::CrossEntropy& op, const Arrays& in) {
    const Rows r(in[0]);
    double loss = 0;
    for (std::size_t i = 0; i < in[0].values.size(); ++i) {
        const double log_p = at(in[0], i) - log_sum(in[0], i / r.classes, r.classes);
        loss -= target(in[1], i / r.classes, i % r.classes, r.classes, op.smoothing) * log_p;
    }
    loss /= static_cast<double>(r.rows);
    return {filled({1}, [&](std::size_t) { return loss; }), reference(framework::Softmax{}, {in[0]})[0]};
}

Arrays reference(const framework::CrossEntropyBackward& op, const Arrays& in) {
    const Rows r(in[0]);
    return {filled(in[0].shape(), [&](std::size_t i) {
        const double q = target(in[1], i / r.classes, i % r.classes, r.classes, op.smoothing);
        return (at(in[0], i) - q) * at(in[2], 0) / static_cast<double>(r.rows);
    })};
}

Arrays reference(const framework::NegativeLogLikelihood&, const Arrays& in) {
    const Rows r(in[0]);
    double loss = 0;
    for (std::size_t n = 0; n < r.rows; ++n) {
        loss -= std::log(at(in[0], n * r.classes + static_cast<std::size_t>(in[1].values[n])));
    }
    return {filled({1}, [&](std::size_t) { return loss / static_cast<double>(r.rows); })};
}

Arrays reference(const framework::NegativeLogLikelihoodBackward&, const Arrays& in) {
    const Rows r(in[0]);
    return {filled(in[0].shape(), [&](std::size_t i) {
        const bool chosen = static_cast<std::size_t>(in[1].values[i / r.classes]) == i % r.classes;
        return chosen ? -at(in[2], 0) / static_cast<double>(r.rows) / at(in[0], i) : 0;
    })};
}

Arrays reference(const framework::Sgd& op, const Arrays& in, float rate) {
    const auto& [w, dw] = std::tie(in[0], in[1]);
    const auto g = [&](std::size_t i) { return at(dw, i) + double{op.weight_decay} * at(w, i); };
    const double momentum = op.momentum;
    if (op.momentum == 0) return {filled(w.shape(), [&](std::size_t i) { return at(w, i) - rate * g(i); })};
    const auto v = [&](std::size_t i) { return momentum * at(in[2], i) + g(i); };
    const auto step = [&](std::size_t i) { return op.nesterov ? g(i) + momentum * v(i) : v(i); };
    return {filled(w.shape(), [&](std::size_t i) { return at(w, i) - rate * step(i); }),
            filled(w.shape(), v)};
}

}  // namespace support
