// A labelled image set held as bytes, opened by the words a user types: --data cifar10:DIR.
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

    // Writes shape().bytes() bytes, CHW. Any thread; may decode a file, and throws DataError if it is
    // damaged.
    virtual void read(std::int64_t sample, std::uint8_t* image) const = 0;
};

using DatasetPtr = std::shared_ptr<const Dataset>;

struct OpenOptions {
    int image_size = 0;      // side of the square handed out; 0 for the size as stored
    std::uint64_t seed = 0;  // of synthetic images, and of the split of a folder that has none
    int classes = 10;        // of synthetic images
    framework::Bytes cache = std::int64_t{512} << 20;  // decoded images of a folder kept in memory, at most
};

// spec: synthetic | cifar10:DIR | mnist:DIR | images:DIR. Throws UsageError if it is none of them, DataError
// if what lies in DIR is missing or damaged.
DatasetPtr open_dataset(std::string_view spec, Split split, const OpenOptions& options = {});

// What a spec says: "cifar10" and DIR. Throws UsageError.
struct DataSpec {
    std::string format;
    std::string folder;  // empty for synthetic
};
DataSpec parse_spec(std::string_view spec);

// All in memory: pixels holds labels.size() images of `shape`.
DatasetPtr in_memory(ImageShape shape, std::vector<std::string> classes, std::vector<std::uint8_t> labels,
                     std::vector<std::uint8_t> pixels);

// The same set in another shape: scaled as Resizer does, one channel or three. Nothing to do costs nothing.
DatasetPtr reshaped(DatasetPtr dataset, ImageShape shape);

// Mean and standard deviation of each channel, of values in [0, 1], over the first `most` images.
struct ChannelStatistics {
    std::vector<float> mean, deviation;
};
ChannelStatistics channel_statistics(const Dataset& dataset, std::int64_t most = 10000);

}  // namespace runtime::data
