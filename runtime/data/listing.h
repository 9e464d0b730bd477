// Lists the folders and files of an image set: hidden ones are passed over, links to folders are followed.
// All functions throw DataError.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace runtime::data {

// All names in a folder, hidden ones too, but for "." and "..". `shown`: the path that messages name.
std::vector<std::string> names_in(const std::filesystem::path& folder, const std::filesystem::path& shown);

// The names of the folders in a folder, sorted.
std::vector<std::string> subfolders(const std::filesystem::path& folder);

// The files in a folder and in all folders below it, sorted. A folder that can be reached in several ways is
// read once, and one that holds `folder` itself is not read, so a circle of links ends.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder);

}  // namespace runtime::data
