#include "experiments/common/images.h"

#include <algorithm>
#include <utility>

#include "framework/base/error.h"
#include "runtime/data/subset.h"

namespace experiments {

using framework::require;
using framework::UsageError;
namespace data = runtime::data;

Images open_images(const ImageOptions& options, const ModelFlags& model) {
    const std::string& spec = options.data;
    const std::string format = data::parse_spec(spec).format;
    const bool synthetic = format == "synthetic", stored_small = format == "cifar10" || format == "mnist";
    const int native = models::native_image_size(model.name);
    const int size = model.image_size ? model.image_size : stored_small ? 0 : native;
    const int classes = model.classes ? model.classes : 1000;
    const data::OpenOptions open{.image_size = size, .seed = model.seed, .classes = classes};
    Images opened{.train = data::open_dataset(spec, data::Split::train, open),
                  .test = data::open_dataset(spec, data::Split::test, open),
                  .validation = {},
                  .training = {},
                  .testing = {},
                  .network = {}};
    const auto found = static_cast<int>(opened.train->classes().size());
    require<UsageError>(model.classes == 0 || model.classes >= found, "--classes ", model.classes,
                        " is too few: ", spec, " has ", found, " classes");

    if (options.validation > 0) {
        data::Parts parts = data::set_aside(opened.train, options.validation, model.seed);
        opened.train = std::move(parts.rest);
        opened.validation = std::move(parts.aside);
    }

    const bool flips = options.augment == "crop-flip" ||
                       (options.augment == "auto" && (format == "cifar10" || format == "images"));
    const int side = opened.train->shape().height;
    runtime::data::TransformOptions& t = opened.training;
    t.channels = 3;
    t.crop = side;
    if (options.normalise == "image") {
        t.per_image = true;
    } else if (!synthetic) {
        data::ChannelStatistics channels = data::channel_statistics(*opened.train);
        t.mean = std::move(channels.mean);
        t.deviation = std::move(channels.deviation);
    } else {
        t.mean = t.deviation = {0.5F};
    }
    opened.testing = t;
    if (flips || options.augment == "crop") {
        t.random = true;
        t.padding = side / 8;
        t.flip = flips;
    }
    opened.network = {.batch = model.batch,
                      .image_size = side,
                      .channels = 3,
                      .classes = std::max(found, model.classes),
                      .stem = model.stem};
    return opened;
}

}  // namespace experiments
