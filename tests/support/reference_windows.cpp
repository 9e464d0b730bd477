// References for convolutions, pools and fully connected layers: sums over windows and rows.
#include <algorithm>
#include <limits>

#include "tests/support/reference_kernels.h"

namespace support {

using framework::Pool2d;
using framework::Shape;
using framework::Window2d;

namespace {

Array result_of(const framework::Op& op, const Arrays& in) {
    framework::Types types;
    for (const Array& operand : in) types.push_back(operand.type);
    return zeros(framework::infer(op, types, "reference")[0].type.shape);
}

// Sums in double, rounded at the end.
struct Sums {
    explicit Sums(const Shape& shape) : array(zeros(shape)), sums(array.values.size(), 0.0) {}
    double& operator()(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) {
        const Shape& s = array.type.shape;
        return sums[((n * s[1] + c) * s[2] + h) * s[3] + w];
    }
    Array rounded() {
        std::ranges::transform(sums, array.values.begin(),
                               [](double sum) { return static_cast<float>(sum); });
        return std::move(array);
    }

    Array array;
    std::vector<double> sums;
};

// visit(h, w) of the element of x under element (k, l) of the window at (p, q), unless that is padding.
struct Window {
    Window2d window;
    Shape x;

    std::int64_t row(std::int64_t p, std::int64_t k) const {
        return p * window.stride.height - window.padding.top + k * window.dilation.height;
    }
    std::int64_t column(std::int64_t q, std::int64_t l) const {
        return q * window.stride.width - window.padding.left + l * window.dilation.width;
    }
    bool holds(std::int64_t h, std::int64_t w) const {
        return h >= 0 && h < x.height() && w >= 0 && w < x.width();
    }
};

// visit(n, o, p, q, c of x, c of w, k, l, h, w): every product of a convolution.
template <class Visit>
void for_each_product(const framework::Conv2d& op, const Shape& x, const Shape& w, const Shape& y,
                      const Visit& visit) {
    const Window window{op.window, x};
    for (std::int64_t n = 0; n < y.batch(); ++n) {
        for (std::int64_t o = 0; o < y.channels(); ++o) {
            const std::int64_t first = o / (y.channels() / op.groups) * w[1];
            for (std::int64_t c = 0; c < w[1]; ++c) {
                for (std::int64_t k = 0; k < w[2]; ++k) {
                    for (std::int64_t l = 0; l < w[3]; ++l) {
                        for (std::int64_t p = 0; p < y.height(); ++p) {
                            for (std::int64_t q = 0; q < y.width(); ++q) {
                                const std::int64_t h = window.row(p, k), v = window.column(q, l);
                                if (window.holds(h, v)) visit(n, o, p, q, first + c, c, k, l, h, v);
                            }
                        }
                    }
                }
            }
        }
    }
}

float rectified(float value, bool relu) {
    return relu ? std::max(value, 0.0F) : value;
}

}  // namespace

Arrays reference(const framework::Conv2d& op, const Arrays& in) {
    const Array &x = in[0], &w = in[1];
    Sums y(result_of(op, in).shape());
    for_each_product(op, x.shape(), w.shape(), y.array.shape(),
                     [&](auto n, auto o, auto p, auto q, auto c, auto d, auto k, auto l, auto h, auto v) {
                         y(n, o, p, q) += static_cast<double>(x(n, c, h, v)) * w(o, d, k, l);
                     });
    const std::int64_t channels = y.array.shape().channels(), positions = y.array.shape().elements_from(2);
    for (std::size_t i = 0; op.bias && i < y.sums.size(); ++i) {
        y.sums[i] +=
            in[2].values[i / static_cast<std::size_t>(positions) % static_cast<std::size_t>(channels)];
    }
    Array result = y.rounded();
    for (float& value : result.values) value = rectified(value, op.relu);
    return {result};
}

Arrays reference(const framework::Conv2dBackwardData& op, const Arrays& in) {
    const Array &w = in[0], &dy = in[1];
    Sums dx(op.x);
    for_each_product(op.conv, op.x, w.shape(), dy.shape(),
                     [&](auto n, auto o, auto p, auto q, auto c, auto d, auto k, auto l, auto h, auto v) {
                         dx(n, c, h, v) += static_cast<double>(dy(n, o, p, q)) * w(o, d, k, l);
                     });
    return {dx.rounded()};
}

Arrays reference(const framework::Conv2dBackwardWeights& op, const Arrays& in) {
    const Array &x = in[0], &dy = in[1];
    Sums dw(op.w);
    for_each_product(op.conv, x.shape(), op.w, dy.shape(),
                     [&](auto n, auto o, auto p, auto q, auto c, auto d, auto k, auto l, auto h, auto v) {
                         dw(o, d, k, l) += static_cast<double>(dy(n, o, p, q)) * x(n, c, h, v);
                     });
    if (!op.conv.bias) return {dw.rounded()};
    std::vector<double> sums(static_cast<std::size_t>(op.w[0]), 0.0);
    const auto positions = static_cast<std::size_t>(dy.shape().elements_from(2));
    for (std::size_t i = 0; i < dy.values.size(); ++i) sums[i / positions % sums.size()] += dy.values[i];
    return {dw.rounded(), {{{op.w[0]}}, {sums.begin(), sums.end()}}};
}

Arrays reference(const framework::Linear& op, const Arrays& in) {
    const Array &x = in[0], &w = in[1];
    Array y = result_of(op, in);
    const auto outputs = static_cast<std::size_t>(w.shape()[0]),
               inputs = static_cast<std::size_t>(w.shape()[1]);
    for (std::size_t i = 0; i < y.values.size(); ++i) {
        double sum = op.bias ? in[2].values[i % outputs] : 0;
        for (std::size_t j = 0; j < inputs; ++j) {
            sum +=
                static_cast<double>(x.values[i / outputs * inputs + j]) * w.values[i % outputs * inputs + j];
        }
        y.values[i] = rectified(static_cast<float>(sum), op.relu);
    }
    return {y};
}

Arrays reference(const framework::LinearBackwardData& op, const Arrays& in) {
    const Array &w = in[0], &dy = in[1];
    Array dx = zeros(op.x);
    const auto outputs = static_cast<std::size_t>(w.shape()[0]),
               inputs = static_cast<std::size_t>(w.shape()[1]);
    for (std::size_t i = 0; i < dx.values.size(); ++i) {
        double sum = 0;
        for (std::size_t o = 0; o < outputs; ++o) {
            sum +=
                static_cast<double>(dy.values[i / inputs * outputs + o]) * w.values[o * inputs + i % inputs];
        }
        dx.values[i] = static_cast<float>(sum);
    }
    return {dx};
}

Arrays reference(const framework::LinearBackwardWeights& op, const Arrays& in) {
    const Array &x = in[0], &dy = in[1];
    Array dw = zeros(op.w), db = zeros({op.w[0]});
    const auto outputs = static_cast<std::size_t>(op.w[0]), inputs = static_cast<std::size_t>(op.w[1]);
    const std::size_t rows = dy.values.size() / outputs;
    for (std::size_t o = 0; o < outputs; ++o) {
        double sum = 0;
        for (std::size_t n = 0; n < rows; ++n) sum += dy.values[n * outputs + o];
        db.values[o] = static_cast<float>(sum);
        for (std::size_t i = 0; i < inputs; ++i) {
            double product = 0;
            for (std::size_t n = 0; n < rows; ++n) {
                product += static_cast<double>(dy.values[n * outputs + o]) * x.values[n * inputs + i];
            }
            dw.values[o * inputs + i] = static_cast<float>(product);
        }
    }
    return op.bias ? Arrays{dw, db} : Arrays{dw};
}

namespace {

// visit(n, c, p, q, elements under the window as (h, w), what an average divides by)
template <class Visit>
void for_each_window(const Pool2d& op, const Shape& x, const Shape& y, const Visit& visit) {
    const Window window{op.window, x};
    std::vector<std::pair<std::int64_t, std::int64_t>> inside;
    for (std::int64_t n = 0; n < y.batch(); ++n) {
        for (std::int64_t c = 0; c < y.channels(); ++c) {
            for (std::int64_t p = 0; p < y.height(); ++p) {
                for (std::int64_t q = 0; q < y.width(); ++q) {
                    inside.clear();
                    for (int k = 0; k < op.kernel.height; ++k) {
                        for (int l = 0; l < op.kernel.width; ++l) {
                            const std::int64_t h = window.row(p, k), w = window.column(q, l);
                            if (window.holds(h, w)) inside.emplace_back(h, w);
                        }
                    }
                    const auto all = static_cast<double>(op.kernel.height * op.kernel.width);
                    visit(n, c, p, q, inside, op.count_padding ? all : static_cast<double>(inside.size()));
                }
            }
        }
    }
}

// visit(n, c, p, q, h, w, elements of the cell)
template <class Visit>
void for_each_cell_element(const Shape& x, const Shape& y, const Visit& visit) {
    const auto begin = [](std::int64_t p, std::int64_t in, std::int64_t out) { return p * in / out; };
    const auto end = [](std::int64_t p, std::int64_t in, std::int64_t out) {
        return ((p + 1) * in + out - 1) / out;
    };
    for (std::int64_t i = 0; i < y.elements(); ++i) {
        const std::int64_t q = i % y.width(), p = i / y.width() % y.height();
        const std::int64_t c = i / y.elements_from(2) % y.channels(), n = i / y.elements_from(1);
        const std::int64_t top = begin(p, x.height(), y.height()), bottom = end(p, x.height(), y.height());
        const std::int64_t left = begin(q, x.width(), y.width()), right = end(q, x.width(), y.width());
        for (std::int64_t h = top; h < bottom; ++h) {
            for (std::int64_t w = left; w < right; ++w) {
                visit(n, c, p, q, h, w, static_cast<double>((bottom - top) * (right - left)));
            }
        }
    }
}

}  // namespace

Arrays reference(const Pool2d& op, const Arrays& in) {
    const Array& x = in[0];
    Array y = result_of(op, in);
    for_each_window(
        op, x.shape(), y.shape(), [&](auto n, auto c, auto p, auto q, const auto& inside, double divisor) {
            double sum = 0;
            float largest = -std::numeric_limits<float>::infinity();
            for (const auto& [h, w] : inside) {
                sum += x(n, c, h, w);
                largest = std::max(largest, x(n, c, h, w));
            }
            y(n, c, p, q) = op.rule == Pool2d::maximum ? largest : static_cast<float>(sum / divisor);
        });
    return {y};
}

Arrays reference(const framework::Pool2dBackward& op, const Arrays& dy_and_x) {
    const Array &dy = dy_and_x[0], &x = dy_and_x[1];
    Sums dx(op.x);
    for_each_window(op.pool, op.x, dy.shape(),
                    [&](auto n, auto c, auto p, auto q, const auto& inside, double divisor) {
                        if (op.pool.rule == Pool2d::maximum) {
                            const auto& [h, w] = *std::ranges::max_element(
                                inside, {}, [&](const auto& at) { return x(n, c, at.first, at.second); });
                            dx(n, c, h, w) += dy(n, c, p, q);
                        } else {
                            for (const auto& [h, w] : inside) dx(n, c, h, w) += dy(n, c, p, q) / divisor;
                        }
                    });
    return {dx.rounded()};
}

Arrays reference(const framework::AdaptiveAvgPool2d& op, const Arrays& in) {
    Sums y(result_of(op, in).shape());
    for_each_cell_element(in[0].shape(), y.array.shape(),
                          [&](auto n, auto c, auto p, auto q, auto h, auto w, double size) {
                              y(n, c, p, q) += in[0](n, c, h, w) / size;
                          });
    return {y.rounded()};
}

Arrays reference(const framework::AdaptiveAvgPool2dBackward& op, const Arrays& in) {
    Sums dx(op.x);
    for_each_cell_element(op.x, in[0].shape(),
                          [&](auto n, auto c, auto p, auto q, auto h, auto w, double size) {
                              dx(n, c, h, w) += in[0](n, c, p, q) / size;
                          });
    return {dx.rounded()};
}

}  // namespace support
