// Finds the files that come with the libraries: machine files, published timings. The search starts at the
// library's own folder, so that an installation can be moved.
#pragma once

#include <filesystem>
#include <string>

namespace framework {

// Returns the path of a file. `installed`: its path under share/autotm ("machines/paper.toml"). `in_tree`:
// its path in the source tree, and of its copy in a build folder. If neither file exists, returns the path
// that it would have in an installation.
std::filesystem::path data_file(const std::string& installed, const std::string& in_tree);

}  // namespace framework
