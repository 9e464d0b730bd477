// The version of the oneDNN library that is loaded.
#pragma once

#include <string>

namespace runtime {

std::string onednn_version();  // "2.6.3"

}  // namespace runtime
