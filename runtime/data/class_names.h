// Reads and writes the file next to the data that names the classes, one a line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace runtime::data {

// Returns "0" to "9" if there is no such file. Throws DataError unless the file has 1 to 256 names, each of
// at most 200 bytes without control characters.
std::vector<std::string> read_class_names(const std::filesystem::path& path);

void write_class_names(const std::filesystem::path& path, const std::vector<std::string>& names);

}  // namespace runtime::data
