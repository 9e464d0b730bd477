// Turns a stored image into what a model reads: crops it, may mirror it, and normalises it to floats. Random
// choices depend only on (seed, epoch, sample).
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/data/image.h"

namespace runtime::data {

struct TransformOptions {
    int crop = 0;         // side of the square that is cut out; 0: the whole image
    int padding = 0;      // black pixels added on each side before the crop
    bool random = false;  // the crop lands at random (training), not in the centre (evaluation)
    bool flip = false;    // mirrored left to right half the time
    int channels = 0;     // 3 repeats a gray image; 0: as stored
    std::vector<float> mean = {},
                       deviation = {};  // per channel, of values in [0, 1]; one for all; or none: 0 and 1
    bool per_image = false;             // the image's own instead: a mean per channel, one deviation
};

class Transform {
  public:
    // Throws UsageError if the options do not fit images of this shape.
    Transform(ImageShape stored, const TransformOptions& options);

    ImageShape cropped() const { return cropped_; }  // with the stored number of channels
    ImageShape output() const { return output_; }

    // stored (C, H, W) -> cropped(), as bytes. Any thread may call it.
    void crop(const std::uint8_t* image, std::uint8_t* out, std::uint64_t seed, std::int64_t epoch,
              std::int64_t sample) const;

    // cropped() -> output(): (value / 255 - mean) / deviation. If each image has its own deviation, that is
    // at least one gray level. Any thread may call it.
    void normalise(const std::uint8_t* image, float* out) const;

  private:
    ImageShape stored_, cropped_, output_;
    int padding_;
    bool random_, flip_, per_image_;
    std::vector<float> scale_, shift_;  // per channel of output_
};

}  // namespace runtime::data
