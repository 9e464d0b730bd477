// A labelled image set held as bytes. It is opened by what a user gives to --data: cifar10:DIR.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/units.h"
#include "runtime/data/image.h"

namespace runtime::data {

enum class Split { train, test };

const char* name(Split split);

class Dataset {
  public:
    virtual ~Dataset() = default;

    virtual std::int64_t count() const = 0;
    virtual ImageShape shape() const = 0;  // of every image
    virtual const std::vector<std::string>& classes() const = 0;
    virtual int label(std::int64_t sample) const = 0;  // an index into classes()

    // Writes shape().bytes() bytes, CHW. Any thread may call it. It may decode a file, and throws DataError
    // if the file is damaged.
    virtual void read(std::int64_t sample, std::uint8_t* image) const = 0;
};

using DatasetPtr = std::shared_ptr<const Dataset>;

struct OpenOptions {
    int image_size = 0;      // side of the square images handed out; 0: as stored
    std::uint64_t seed = 0;  // of synthetic images, and of the split of a folder without train and test
    int classes = 10;        // of synthetic images
    framework::Bytes cache = std::int64_t{512} << 20;  // most bytes of decoded images that are kept
};

// spec: synthetic | cifar10:DIR | mnist:DIR | images:DIR. Throws UsageError if it is none of them, DataError
// if what lies in DIR is missing or damaged.
DatasetPtr open_dataset(std::string_view spec, Split split, const OpenOptions& options = {});

// The two parts of a spec: "cifar10" and DIR. parse_spec() throws UsageError for anything else.
struct DataSpec {
    std::string format;
    std::string folder;  // empty for synthetic
};
DataSpec parse_spec(std::string_view spec);

// Returns a set that is held in memory. `pixels` holds labels.size() images of `shape`.
DatasetPtr in_memory(ImageShape shape, std::vector<std::string> classes, std::vector<std::uint8_t> labels,
                     std::vector<std::uint8_t> pixels);

// Returns the same set with images of another shape: scaled by Resizer, and of one channel or three. Returns
// `dataset` itself if its images have that shape.
DatasetPtr reshaped(DatasetPtr dataset, ImageShape shape);

// Mean and standard deviation of each channel, of values in [0, 1], over the first `most` images.
struct ChannelStatistics {
    std::vector<float> mean, deviation;
};
ChannelStatistics channel_statistics(const Dataset& dataset, std::int64_t most = 10000);

}  // namespace runtime::data
