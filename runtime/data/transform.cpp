#include "runtime/data/transform.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <Eigen/Core>

#include "framework/base/error.h"
#include "runtime/data/random.h"

namespace runtime::data {

using framework::require;
using framework::UsageError;

Transform::Transform(ImageShape stored, const TransformOptions& options)
    : stored_(stored),
      cropped_(stored),
      padding_(options.padding),
      random_(options.random),
      flip_(options.flip),
      per_image_(options.per_image) {
    require<UsageError>(padding_ >= 0 && options.crop >= 0, "a crop of ", options.crop, " with padding ",
                        padding_, " is negative");
    if (options.crop > 0) cropped_.height = cropped_.width = options.crop;
    require<UsageError>(
        cropped_.height <= stored.height + 2 * padding_ && cropped_.width <= stored.width + 2 * padding_,
        "a crop of ", cropped_.height, "x", cropped_.width, " is larger than the images of ", stored,
        " with padding ", padding_, "; open the data at a larger image size");
    output_ = cropped_;
    if (options.channels != 0) output_.channels = options.channels;
    require<UsageError>(
        output_.channels == stored.channels || (stored.channels == 1 && output_.channels == 3), "images of ",
        stored.channels, " channels cannot feed a model that reads ", output_.channels,
        "; only one channel can be repeated to three");
    const auto channels = static_cast<std::size_t>(output_.channels);
    const auto pick = [&](const std::vector<float>& values, std::size_t c, float without, const char* what) {
        require<UsageError>(values.size() <= 1 || values.size() == channels, values.size(), " values of ",
                            what, " for images of ", channels, " channels; give one, or one per channel");
        return values.empty() ? without : values[values.size() == 1 ? 0 : c];
    };
    for (std::size_t c = 0; c < channels; ++c) {
        const float mean = pick(options.mean, c, 0.0f, "mean");
        const float deviation = std::max(pick(options.deviation, c, 1.0f, "deviation"), 1e-6f);
        scale_.push_back(1.0f / (255.0f * deviation));
        shift_.push_back(-mean / deviation);
    }
}

void Transform::crop(const std::uint8_t* image, std::uint8_t* out, std::uint64_t seed, std::int64_t epoch,
                     std::int64_t sample) const {
    Random random(seed, epoch, sample);
    const int spare_y = stored_.height + 2 * padding_ - cropped_.height;
    const int spare_x = stored_.width + 2 * padding_ - cropped_.width;
    const auto offset = [&](int spare) {
        return (random_ ? static_cast<int>(random.below(static_cast<std::uint32_t>(spare + 1))) : spare / 2) -
               padding_;
    };
    const int top = offset(spare_y), left = offset(spare_x);
    const bool flipped = flip_ && random.chance(0.5f);
    // The part of a row that is inside the image: [first, last) of the output, before it is mirrored.
    const int first = std::max(0, -left), last = std::min(cropped_.width, stored_.width - left);
    std::memset(out, 0, cropped_.bytes());
    for (int c = 0; c < cropped_.channels; ++c, image += stored_.area(), out += cropped_.area()) {
        for (int y = std::max(0, -top); y < std::min(cropped_.height, stored_.height - top); ++y) {
            const std::uint8_t* from = image + static_cast<std::ptrdiff_t>(y + top) * stored_.width + left;
            std::uint8_t* to = out + static_cast<std::ptrdiff_t>(y) * cropped_.width;
            if (flipped) {
                std::reverse_copy(from + first, from + last, to + cropped_.width - last);
            } else {
                std::copy(from + first, from + last, to + first);
            }
        }
    }
}

void Transform::normalise(const std::uint8_t* image, float* out) const {
    using Eigen::Map;
    const auto area = static_cast<Eigen::Index>(output_.area());
    for (int c = 0; c < output_.channels; ++c) {
        const Map<const Eigen::ArrayX<std::uint8_t>> from(image + c % cropped_.channels * area, area);
        Map<Eigen::ArrayXf> to(out + c * area, area);
        to = from.cast<float>();
        if (per_image_) {
            to -= to.mean();
        } else {
            to = to * scale_[static_cast<std::size_t>(c)] + shift_[static_cast<std::size_t>(c)];
        }
    }
    if (!per_image_) return;
    Map<Eigen::ArrayXf> all(out, area * output_.channels);
    constexpr float least_deviation = 1;
    all /= std::max(std::sqrt(all.square().mean()), least_deviation);
}

}  // namespace runtime::data
