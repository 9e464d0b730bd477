// The files that come with the libraries: machine files, published timings. They are found from where the
// library lies, so that an installation can be moved.
#pragma once

#include <filesystem>
#include <string>

namespace framework {

// `installed`: under share/autotm ("machines/paper.toml"); `in_tree`: in the source tree, whose files a build
// folder has copies of. Of a file that is at neither place, the path that an installation gives it.
std::filesystem::path data_file(const std::string& installed, const std::string& in_tree);

}  // namespace framework
