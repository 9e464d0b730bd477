#include <array>
#include <cmath>

#include "runtime/onednn/kernels/kernels.h"
#include "runtime/onednn/kernels/loops/loops.h"

// Our own rather than oneDNN's: the variance comes out of the same pass as the mean, the running statistics
// are updated here, and the mask of a fused ReLU is computed again from x instead of being kept. A thread
// takes one group of channels through all its passes, so that later passes find the data in the cache.
//
// Within one sample a group of 16, 8 or 1 channels is one run of floats whose channels repeat every 16: each
// coefficient becomes 16 of them, and every layout is the same loop.

namespace runtime {

namespace {

constexpr std::int64_t period = 16;
using Lanes = std::array<float, period>;
using Sums = std::array<double, period>;

struct Affine {  // y = a · x + b; both 0 in lanes that pad the channels, which keeps the padding zero
    Lanes a, b;
};

// The value(channel) of each lane; 0 in lanes without a channel.
template <class Value>
Lanes lanes_of(const ChannelGroups& g, std::int64_t group, const Value& value) {
    Lanes lanes;
    for (std::int64_t i = 0; i < period; ++i) {
        const std::int64_t channel = group * g.lanes + i % g.lanes;
        lanes[i] = channel < g.channels ? value(channel) : 0.0F;
    }
    return lanes;
}

// The sum of a channel. In groups narrower than 16, several lanes hold the same channel.
double channel_sum(const Sums& sums, const ChannelGroups& g, std::int64_t lane) {
    double sum = 0;
    for (std::int64_t i = lane; i < period; i += g.lanes) sum += sums[i];
    return sum;
}

// Calls body(group) for each group, spread over the threads.
template <class Body>
void for_each_group(const ChannelGroups& g, const Body& body) {
#pragma omp parallel for schedule(static)
    for (std::int64_t group = 0; group < g.groups; ++group) body(group);
}

// Calls body(channel, lane) for each channel of a group.
template <class Body>
void for_each_channel(const ChannelGroups& g, std::int64_t group, const Body& body) {
    for (std::int64_t lane = 0; lane < g.lanes && group * g.lanes + lane < g.channels; ++lane) {
        body(group * g.lanes + lane, lane);
    }
}

Runs runs_of(const ChannelGroups& g) {
    return {g.batch, g.n_stride, g.positions * g.lanes};
}

Affine affine_of(const ChannelGroups& g, std::int64_t group, const float* scale, const float* shift,
                 const float* mean, const float* inverse) {
    return {
        lanes_of(g, group, [&](std::int64_t ch) { return scale[ch] * inverse[ch]; }),
        lanes_of(g, group, [&](std::int64_t ch) { return shift[ch] - mean[ch] * scale[ch] * inverse[ch]; })};
}

void forward(const framework::BatchNorm& op, const ChannelGroups& g, const Call& call) {
    const float *x = call.floats(0), *scale = call.floats(1), *shift = call.floats(2);
    float *y = call.result(0), *mean = call.result(1), *inverse = call.result(2);
    float *running_mean = call.result(3), *running_variance = call.result(4);
    const double count = static_cast<double>(g.batch * g.positions);

    for_each_group(g, [&](std::int64_t group) {
        // Sums x − pivot, with a pivot for each channel, so that a large mean does not cancel the variance.
        const float* xs = x + group * g.group_stride;
        const Lanes pivot = lanes_of(g, group, [&](std::int64_t channel) { return xs[channel % g.lanes]; });
        Sums sum{}, square{};
        loops().moments(runs_of(g), xs, pivot.data(), sum.data(), square.data());
        for_each_channel(g, group, [&](std::int64_t channel, std::int64_t lane) {
            const double offset = channel_sum(sum, g, lane) / count;
            const double spread = channel_sum(square, g, lane) / count - offset * offset;
            const double variance = spread > 0 ? spread : 0;
            const double centre = static_cast<double>(pivot[lane]) + offset;
            mean[channel] = static_cast<float>(centre);
            inverse[channel] =
                static_cast<float>(1.0 / std::sqrt(variance + static_cast<double>(op.epsilon)));
            running_mean[channel] += op.momentum * (mean[channel] - running_mean[channel]);
            const auto unbiased = static_cast<float>(variance * count / (count - 1));
            running_variance[channel] += op.momentum * (unbiased - running_variance[channel]);
        });
        const Affine c = affine_of(g, group, scale, shift, mean, inverse);
        loops().normalize(runs_of(g), xs, c.a.data(), c.b.data(), op.relu, y + group * g.group_stride);
    });
}

// With x̂ = (x − mean) · inverse and M values a channel:
// d shift = Σ dy;  d scale = Σ dy · x̂;  dx = scale · inverse · (dy − d shift / M − x̂ · d scale / M).
void backward(bool relu, const ChannelGroups& g, const Call& call) {
    const float *x = call.floats(0), *dy = call.floats(1), *scale = call.floats(2), *shift = call.floats(3);
    const float *mean = call.floats(4), *inverse = call.floats(5);
    float *dx = call.result(0), *d_scale = call.result(1), *d_shift = call.result(2);
    const float count = static_cast<float>(g.batch * g.positions);

    for_each_group(g, [&](std::int64_t group) {
        const std::int64_t start = group * g.group_stride;
        const Affine c = affine_of(g, group, scale, shift, mean, inverse);
        const Lanes centre = lanes_of(g, group, [&](std::int64_t channel) { return mean[channel]; });
        Sums sum{}, product{};
        loops().gradient_sums(runs_of(g), x + start, dy + start, c.a.data(), c.b.data(), relu, centre.data(),
                              sum.data(), product.data());
        for_each_channel(g, group, [&](std::int64_t channel, std::int64_t lane) {
            d_shift[channel] = static_cast<float>(channel_sum(sum, g, lane));
            d_scale[channel] =
                static_cast<float>(channel_sum(product, g, lane) * static_cast<double>(inverse[channel]));
        });
        // dx = p · dy + q · x + r
        const Lanes p = lanes_of(g, group, [&](std::int64_t ch) { return scale[ch] * inverse[ch]; });
        const Lanes q = lanes_of(g, group, [&](std::int64_t ch) {
            return -scale[ch] * inverse[ch] * inverse[ch] * d_scale[ch] / count;
        });
        const Lanes r = lanes_of(g, group, [&](std::int64_t ch) {
            return scale[ch] * inverse[ch] * (mean[ch] * inverse[ch] * d_scale[ch] - d_shift[ch]) / count;
        });
        loops().gradient(runs_of(g), x + start, dy + start, c.a.data(), c.b.data(), relu, p.data(), q.data(),
                         r.data(), dx + start);
    });
}

std::vector<Layout> with_channels(const Layout& x, std::size_t count, std::int64_t channels) {
    std::vector<Layout> layouts(count, plain_layout({{channels}}));
    layouts.insert(layouts.begin(), x);
    return layouts;
}

}  // namespace

Kernel make_kernel(const framework::BatchNorm& op, const Operands& in, const Types&) {
    const Layout x = grouped_or_plain(in[0]);
    const std::int64_t channels = in[0].type.shape.channels();
    return own_kernel(with_channels(x, 4, channels), with_channels(x, 4, channels),
                      [op, g = channel_groups(x)](const Call& call) { forward(op, g, call); });
}

Kernel make_kernel(const framework::BatchNormBackward& op, const Operands& in, const Types&) {
    const Layout x = grouped_or_plain(in[0]);
    const std::int64_t channels = in[0].type.shape.channels();
    std::vector<Layout> reads = with_channels(x, 4, channels);
    reads.insert(reads.begin(), x);
    return own_kernel(reads, with_channels(x, 2, channels),
                      [relu = op.relu, g = channel_groups(x)](const Call& call) { backward(relu, g, call); });
}

Kernel make_kernel(const framework::BatchNormInference& op, const Operands& in, const Types&) {
    const Layout x = grouped_or_plain(in[0]);
    const auto run = [op, g = channel_groups(x)](const Call& call) {
        const float *scale = call.floats(1), *shift = call.floats(2), *mean = call.floats(3);
        const float* variance = call.floats(4);
        for_each_group(g, [&](std::int64_t group) {
            const auto factor = [&](std::int64_t ch) {
                return scale[ch] / std::sqrt(variance[ch] + op.epsilon);
            };
            const Lanes a = lanes_of(g, group, factor);
            const Lanes b =
                lanes_of(g, group, [&](std::int64_t ch) { return shift[ch] - mean[ch] * factor(ch); });
            const std::int64_t start = group * g.group_stride;
            loops().normalize(runs_of(g), call.floats(0) + start, a.data(), b.data(), op.relu,
                              call.result(0) + start);
        });
    };
    return own_kernel(with_channels(x, 4, in[0].type.shape.channels()), {x}, run);
}

}  // namespace runtime
