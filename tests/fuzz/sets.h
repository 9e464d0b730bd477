// What the harnesses of image sets share.
#pragma once

#include "runtime/data/dataset.h"
#include "tests/fuzz/harness.h"

namespace fuzz {

// A file beside a set: its length in the first byte of the input, which is taken from it with the file. 0:
// there is none.
void write_beside(const std::string& name, Input& input);

// Reads all that training would: classes, labels, statistics, images in another shape.
void read_all(const runtime::data::DatasetPtr& set);

}  // namespace fuzz
