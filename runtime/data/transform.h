// From an image as stored to what a model reads: cropped, flipped, then normalised floats. What is random
// depends on (seed, epoch, sample) alone.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/data/image.h"

namespace runtime::data {

struct TransformOptions {
    int crop = 0;         // side of the square handed out; 0 for the image's own extents
    int padding = 0;      // black pixels round the image, for the crop to move in
    bool random = false;  // the crop lands at random (training), not in the centre (evaluation)
    bool flip = false;    // mirrored left to right half the time
    int channels = 0;     // 3 repeats a gray image; 0 for the image's own
    std::vector<float> mean = {},
                       deviation = {};  // per channel, of values in [0, 1]; one for all; or none: 0 and 1
    bool per_image = false;             // the image's own instead: a mean per channel, one deviation
};

class Transform {
  public:
    // Throws UsageError if the options do not fit images of this shape.
    Transform(ImageShape stored, const TransformOptions& options);

    ImageShape cropped() const { return cropped_; }  // still of the channels stored
    ImageShape output() const { return output_; }

    // stored (C, H, W) -> cropped(), as bytes. Any thread.
    void crop(const std::uint8_t* image, std::uint8_t* out, std::uint64_t seed, std::int64_t epoch,
              std::int64_t sample) const;

    // cropped() -> output(): (value / 255 - mean) / deviation. The image's own deviation counts as one gray
    // level at the least. Any thread.
    void normalise(const std::uint8_t* image, float* out) const;

  private:
    ImageShape stored_, cropped_, output_;
    int padding_;
    bool random_, flip_, per_image_;
    std::vector<float> scale_, shift_;  // per channel of output_
};

}  // namespace runtime::data
