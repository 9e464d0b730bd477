#include <algorithm>

#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

namespace {

struct Cells {  // cell p of `count` covers [begin(p), end(p)) of `extent`
    std::int64_t extent, count;
    std::int64_t begin(std::int64_t p) const { return p * extent / count; }
    std::int64_t end(std::int64_t p) const { return ((p + 1) * extent + count - 1) / count; }
};

// Calls visit(position in x, position in y, 1 / size of the cell) for every element of every cell.
template <class Visit>
void for_each_element(const framework::Shape& x, const framework::Shape& y, const Visit& visit) {
    const Cells rows{x.height(), y.height()}, columns{x.width(), y.width()};
    for (std::int64_t p = 0; p < y.height(); ++p) {
        for (std::int64_t q = 0; q < y.width(); ++q) {
            const auto size = (rows.end(p) - rows.begin(p)) * (columns.end(q) - columns.begin(q));
            for (std::int64_t h = rows.begin(p); h < rows.end(p); ++h) {
                for (std::int64_t w = columns.begin(q); w < columns.end(q); ++w) {
                    visit(h * x.width() + w, p * y.width() + q, 1.0F / static_cast<float>(size));
                }
            }
        }
    }
}

// For each group of lanes of each sample: adds weight · from to `to` for each pair of positions.
template <class Pairs>
void gather(const ChannelGroups& from, const ChannelGroups& to, const float* source, float* target,
            const Pairs& pairs) {
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < from.batch; ++n) {
        for (std::int64_t g = 0; g < from.groups; ++g) {
            const float* s = source + n * from.n_stride + g * from.group_stride;
            float* t = target + n * to.n_stride + g * to.group_stride;
            std::fill_n(t, to.positions * to.lanes, 0.0F);
            pairs([&](std::int64_t at_source, std::int64_t at_target, float weight) {
                for (std::int64_t lane = 0; lane < from.lanes; ++lane) {
                    t[at_target * to.lanes + lane] += weight * s[at_source * from.lanes + lane];
                }
            });
        }
    }
}

}  // namespace

Kernel make_kernel(const framework::AdaptiveAvgPool2d&, const Operands& in, const Types& out) {
    const Layout x = grouped_or_plain(in[0]), y = layout_like(x, out[0]);
    const ChannelGroups from = channel_groups(x), to = channel_groups(y);
    const auto run = [from, to, xs = in[0].type.shape, ys = out[0].shape](const Call& call) {
        gather(from, to, call.floats(0), call.result(0), [&](const auto& add) {
            for_each_element(xs, ys, [&](auto at_x, auto at_y, float weight) { add(at_x, at_y, weight); });
        });
    };
    return own_kernel({x}, {y}, run);
}

Kernel make_kernel(const framework::AdaptiveAvgPool2dBackward&, const Operands& in, const Types& out) {
    const Layout dy = grouped_or_plain(in[0]), dx = layout_like(dy, out[0]);
    const ChannelGroups from = channel_groups(dy), to = channel_groups(dx);
    const auto run = [from, to, ys = in[0].type.shape, xs = out[0].shape](const Call& call) {
        gather(from, to, call.floats(0), call.result(0), [&](const auto& add) {
            for_each_element(xs, ys, [&](auto at_x, auto at_y, float weight) { add(at_y, at_x, weight); });
        });
    };
    return own_kernel({dy}, {dx}, run);
}

}  // namespace runtime
