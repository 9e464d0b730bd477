#include "runtime/data/dataset.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "runtime/data/cifar10.h"
#include "runtime/data/image_folder.h"
#include "runtime/data/mnist.h"
#include "runtime/data/synthetic.h"

namespace runtime::data {

using framework::DataError;
using framework::require;
using framework::text;
using framework::UsageError;

namespace {

class InMemory : public Dataset {
  public:
    InMemory(ImageShape shape, std::vector<std::string> classes, std::vector<std::uint8_t> labels,
             std::vector<std::uint8_t> pixels)
        : shape_(shape),
          classes_(std::move(classes)),
          labels_(std::move(labels)),
          pixels_(std::move(pixels)) {}

    std::int64_t count() const override { return static_cast<std::int64_t>(labels_.size()); }
    ImageShape shape() const override { return shape_; }
    const std::vector<std::string>& classes() const override { return classes_; }
    int label(std::int64_t sample) const override { return labels_[static_cast<std::size_t>(sample)]; }
    void read(std::int64_t sample, std::uint8_t* image) const override {
        std::memcpy(image, &pixels_[static_cast<std::size_t>(sample) * shape_.bytes()], shape_.bytes());
    }

  private:
    ImageShape shape_;
    std::vector<std::string> classes_;
    std::vector<std::uint8_t> labels_, pixels_;
};

class Reshaped : public Dataset {
  public:
    Reshaped(DatasetPtr source, ImageShape shape)
        : source_(std::move(source)),
          shape_(shape),
          scaled_{source_->shape().channels, shape.height, shape.width},
          resizer_(source_->shape(), scaled_) {}

    std::int64_t count() const override { return source_->count(); }
    ImageShape shape() const override { return shape_; }
    const std::vector<std::string>& classes() const override { return source_->classes(); }
    int label(std::int64_t sample) const override { return source_->label(sample); }
    void read(std::int64_t sample, std::uint8_t* image) const override {
        std::vector<std::uint8_t> stored(source_->shape().bytes()), scaled(scaled_.bytes());
        source_->read(sample, stored.data());
        resizer_(stored.data(), scaled.data());
        convert_channels(scaled_.channels, scaled.data(), shape_.channels, image, shape_.area());
    }

  private:
    DatasetPtr source_;
    ImageShape shape_, scaled_;
    Resizer resizer_;
};

DatasetPtr resized(DatasetPtr dataset, int side) {
    const ImageShape stored = dataset->shape();
    return side == 0 ? dataset : reshaped(std::move(dataset), {stored.channels, side, side});
}

}  // namespace

const char* name(Split split) {
    return split == Split::train ? "train" : "test";
}

DatasetPtr in_memory(ImageShape shape, std::vector<std::string> classes, std::vector<std::uint8_t> labels,
                     std::vector<std::uint8_t> pixels) {
    return std::make_shared<InMemory>(shape, std::move(classes), std::move(labels), std::move(pixels));
}

DatasetPtr reshaped(DatasetPtr dataset, ImageShape shape) {
    if (dataset->shape() == shape) return dataset;
    return std::make_shared<Reshaped>(std::move(dataset), shape);
}

DataSpec parse_spec(std::string_view spec) {
    if (spec == "synthetic") return {"synthetic", ""};
    const std::size_t colon = spec.find(':');
    const std::string_view format = spec.substr(0, colon);
    for (const char* known : {"cifar10", "mnist", "images"}) {
        if (format != known) continue;
        require<UsageError>(colon != std::string_view::npos && colon + 1 < spec.size(), "data \"", spec,
                            "\" names no folder; write ", known, ":DIR");
        return {std::string(format), std::string(spec.substr(colon + 1))};
    }
    const bool folder = framework::is_folder(std::string(spec));
    throw UsageError(
        text("data \"", spec, "\" ",
             folder ? text("is a folder; write images:", spec, " if it has a folder of images per class, or ")
                    : "is unknown; write synthetic, images:DIR, ",
             "cifar10:DIR or mnist:DIR"));
}

DatasetPtr open_dataset(std::string_view spec, Split split, const OpenOptions& options) {
    require<UsageError>(options.image_size >= 0, "image size ", options.image_size, " is negative");
    const DataSpec parsed = parse_spec(spec);
    if (parsed.format == "synthetic") return open_synthetic(split, options);
    if (parsed.format == "images") return open_image_folder(parsed.folder, split, options);
    return resized(
        parsed.format == "mnist" ? open_mnist(parsed.folder, split) : open_cifar10(parsed.folder, split),
        options.image_size);
}

ChannelStatistics channel_statistics(const Dataset& dataset, std::int64_t most) {
    const ImageShape shape = dataset.shape();
    const auto channels = static_cast<std::size_t>(shape.channels);
    std::vector<std::array<std::int64_t, 256>> histogram(channels);
    std::vector<std::uint8_t> image(shape.bytes());
    const std::int64_t samples = std::min(most, dataset.count());
    for (std::int64_t sample = 0; sample < samples; ++sample) {
        dataset.read(sample, image.data());
        for (std::size_t i = 0; i < image.size(); ++i) ++histogram[i / shape.area()][image[i]];
    }
    ChannelStatistics result;
    const double count = static_cast<double>(samples) * static_cast<double>(shape.area());
    for (const auto& counts : histogram) {
        double sum = 0.0, squares = 0.0;
        for (std::size_t value = 0; value < counts.size(); ++value) {
            const double level = static_cast<double>(value) / 255.0;
            sum += level * static_cast<double>(counts[value]);
            squares += level * level * static_cast<double>(counts[value]);
        }
        const double mean = sum / count;
        result.mean.push_back(static_cast<float>(mean));
        result.deviation.push_back(
            static_cast<float>(std::sqrt(std::max(0.0, squares / count - mean * mean))));
    }
    return result;
}

}  // namespace runtime::data
