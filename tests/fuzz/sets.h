// Code that the harnesses of image sets share.
#pragma once

#include <filesystem>
#include <vector>

#include "runtime/data/dataset.h"
#include "tests/fuzz/harness.h"

namespace fuzz {

// Makes an image set of the input and judges how `open` and training read it. The input holds the content of
// each file in turn, behind one byte with its length; length 0: there is no such file. The last file is all
// that remains and has no such byte.
int judge_set(Input input, const std::vector<const char*>& files,
              runtime::data::DatasetPtr (*open)(const std::filesystem::path& folder, runtime::data::Split));

}  // namespace fuzz
