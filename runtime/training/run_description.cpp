#include "runtime/training/run_description.h"

#include <vector>

#include "framework/base/error.h"
#include "framework/base/json.h"

namespace runtime {

using framework::text;

namespace {

// A JSON list of a value for each channel.
std::string list(const std::vector<float>& values, int channels) {
    std::vector<float> of_channels = values;
    if (values.size() == 1) of_channels.assign(static_cast<std::size_t>(channels), values.front());
    return framework::print_json(nlohmann::json(of_channels));
}

void describe_images(StoredMetadata& about, const data::Dataset& images,
                     const data::TransformOptions& transform) {
    const int channels = transform.channels ? transform.channels : images.shape().channels;
    about["class_names"] = framework::print_json(nlohmann::json(images.classes()));
    about["image_size"] = std::to_string(transform.crop ? transform.crop : images.shape().height);
    about["channels"] = std::to_string(channels);
    about["resize"] = resize_method;
    about["normalise"] = transform.per_image ? "image" : "set";
    if (!transform.per_image) {
        about["mean"] = list(transform.mean, channels);
        about["std"] = list(transform.deviation, channels);
    }
    about["augment"] = transform.flip ? "crop-flip" : transform.random ? "crop" : "none";
}

void describe_schedule(StoredMetadata& about, const LearningRate& rate) {
    about["iterations"] = std::to_string(rate.total);
    about["learning_rate"] = text(rate.base);
    about["schedule"] = name(rate.shape);
    about["warmup"] = std::to_string(rate.warmup);
    if (rate.shape != LearningRate::step) return;
    about["step_every"] = std::to_string(rate.every);
    about["step_factor"] = text(rate.factor);
}

}  // namespace

StoredMetadata RunDescription::metadata(const data::Dataset& images,
                                        const data::TransformOptions& transform) const {
    const auto word = [](bool holds) { return holds ? "true" : "false"; };
    StoredMetadata about{{"program", "autotm train"},
                         {"version", AUTOTM_VERSION},
                         {"model", model},
                         {"classes", std::to_string(classes)},
                         {"batch", std::to_string(batch)},
                         {"seed", std::to_string(seed)},
                         {"data", data},
                         {"validation", text(validation)},
                         {"momentum", text(sgd.momentum)},
                         {"nesterov", word(sgd.nesterov)},
                         {"weight_decay", text(sgd.weight_decay)},
                         {"decay_all", word(sgd.decay_all)},
                         {"label_smoothing", text(label_smoothing)}};
    if (!stem.empty()) about["stem"] = stem;
    describe_images(about, images, transform);
    describe_schedule(about, rate);
    return about;
}

}  // namespace runtime
