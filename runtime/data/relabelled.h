// A set under the class names of another one.
#pragma once

#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace runtime::data {

// Returns the same images with `classes` as their classes: the label of an image is where its class stands
// in `classes`, found by name. Throws DataError, which names the first class of the set that `classes` lacks.
// `set_name` and `known_by` name the two in this message.
DatasetPtr relabelled(const DatasetPtr& set, const std::vector<std::string>& classes,
                      const std::string& set_name, const std::string& known_by);

}  // namespace runtime::data
