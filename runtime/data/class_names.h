// The names of the classes, a line each, as they lie beside the data.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace runtime::data {

// "0" to "9" if there is no such file. Throws DataError unless it names 1 to 256, each in at most 200 bytes
// without control characters.
std::vector<std::string> read_class_names(const std::filesystem::path& path);

void write_class_names(const std::filesystem::path& path, const std::vector<std::string>& names);

}  // namespace runtime::data
