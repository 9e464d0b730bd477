// A data set that needs no download: shapes that are rotated, scaled, moved and coloured, in front of
// clutter. An image is drawn when it is read. It depends only on seed, split and sample; every size shows the
// same picture.
#pragma once

#include "runtime/data/dataset.h"

namespace runtime::data {

constexpr int most_shape_classes = 20;

struct ShapesOptions {
    Split split = Split::train;
    std::int64_t count = 0;
    int classes = 10;  // at most most_shape_classes; samples take them in turn
    ImageShape shape{3, 32, 32};
    std::uint64_t seed = 0;
};

DatasetPtr draw_shapes(const ShapesOptions& options);

}  // namespace runtime::data
