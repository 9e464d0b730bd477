// Part of a set of images, such as the images that are set aside for validation.
#pragma once

#include <cstdint>

#include "runtime/data/dataset.h"

namespace runtime::data {

struct Parts {
    DatasetPtr rest, aside;
};

// Sets aside this share of each class, at least one image of it where it has two or more. `seed` draws which.
// The images of both parts keep their order. Throws DataError if nothing is left on one side.
Parts set_aside(const DatasetPtr& set, double share, std::uint64_t seed);

}  // namespace runtime::data
