#include "runtime/data/image.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ostream>

#include "framework/base/error.h"

namespace runtime::data {

std::ostream& operator<<(std::ostream& out, const ImageShape& shape) {
    return out << shape.channels << 'x' << shape.height << 'x' << shape.width;
}

Resizer::Resizer(ImageShape from, ImageShape to) : from_(from), to_(to) {
    const double scale =
        std::min(static_cast<double>(from.height) / to.height, static_cast<double>(from.width) / to.width);
    rows_ = axis(from.height, to.height, scale);
    columns_ = axis(from.width, to.width, scale);
}

Resizer::Axis Resizer::axis(int in, int out, double scale) {
    const double support = std::max(scale, 1.0);
    const double start = (in - out * scale) / 2;
    Axis axis;
    axis.taps = std::min(in, 2 * static_cast<int>(std::ceil(support)) + 1);
    axis.weights.assign(static_cast<std::size_t>(out) * static_cast<std::size_t>(axis.taps), 0.0f);
    for (int o = 0; o < out; ++o) {
        const double centre = start + (o + 0.5) * scale - 0.5;
        const int first = std::clamp(static_cast<int>(std::ceil(centre - support)), 0, in - axis.taps);
        float* weights = &axis.weights[static_cast<std::size_t>(o) * static_cast<std::size_t>(axis.taps)];
        double sum = 0.0;
        for (int t = 0; t < axis.taps; ++t) {
            const double weight = std::max(0.0, 1.0 - std::abs(first + t - centre) / support);
            weights[t] = static_cast<float>(weight);
            sum += weight;
        }
        for (int t = 0; t < axis.taps; ++t) weights[t] = static_cast<float>(weights[t] / sum);
        axis.first.push_back(first);
    }
    return axis;
}

void Resizer::operator()(const std::uint8_t* from, std::uint8_t* to) const {
    if (from_.area() == to_.area() && from_.height == to_.height) {
        std::memcpy(to, from, from_.bytes());
        return;
    }
    const auto width = static_cast<std::size_t>(to_.width);
    std::vector<float> wide(static_cast<std::size_t>(from_.height) * width), row(width);
    for (int c = 0; c < from_.channels; ++c, from += from_.area(), to += to_.area()) {
        for (int y = 0; y < from_.height; ++y) {
            const std::uint8_t* in =
                from + static_cast<std::size_t>(y) * static_cast<std::size_t>(from_.width);
            for (std::size_t x = 0; x < width; ++x) {
                const float* weights = &columns_.weights[x * static_cast<std::size_t>(columns_.taps)];
                const std::uint8_t* read = in + columns_.first[x];
                float sum = 0.0f;
                for (int t = 0; t < columns_.taps; ++t) sum += weights[t] * static_cast<float>(read[t]);
                wide[static_cast<std::size_t>(y) * width + x] = sum;
            }
        }
        for (std::size_t y = 0; y < static_cast<std::size_t>(to_.height); ++y) {
            std::fill(row.begin(), row.end(), 0.5f);  // so that the sum is rounded
            for (std::size_t t = 0; t < static_cast<std::size_t>(rows_.taps); ++t) {
                const float weight = rows_.weights[y * static_cast<std::size_t>(rows_.taps) + t];
                const float* in = &wide[(static_cast<std::size_t>(rows_.first[y]) + t) * width];
                for (std::size_t x = 0; x < width; ++x) row[x] += weight * in[x];
            }
            for (std::size_t x = 0; x < width; ++x) {
                to[y * width + x] = static_cast<std::uint8_t>(std::clamp(row[x], 0.0f, 255.0f));
            }
        }
    }
}

void convert_channels(int from_channels, const std::uint8_t* from, int to_channels, std::uint8_t* to,
                      std::size_t area) {
    if (from_channels == to_channels) {
        std::memcpy(to, from, static_cast<std::size_t>(from_channels) * area);
    } else if (from_channels == 1 && to_channels == 3) {
        for (std::size_t c = 0; c < 3; ++c) std::memcpy(to + c * area, from, area);
    } else {
        framework::require<framework::DataError>(from_channels == 3 && to_channels == 1, "images of ",
                                                 from_channels, " channels cannot be turned into ",
                                                 to_channels, "; only 1 to 3 and 3 to 1 are known");
        for (std::size_t i = 0; i < area; ++i) {
            const int luma = 299 * from[i] + 587 * from[area + i] + 114 * from[2 * area + i];
            to[i] = static_cast<std::uint8_t>((luma + 500) / 1000);
        }
    }
}

void fit(const Image& image, ImageShape shape, std::uint8_t* out) {
    const ImageShape scaled{image.shape.channels, shape.height, shape.width};
    std::vector<std::uint8_t> resized(scaled.bytes());
    Resizer(image.shape, scaled)(image.pixels.data(), resized.data());
    convert_channels(scaled.channels, resized.data(), shape.channels, out, shape.area());
}

}  // namespace runtime::data
