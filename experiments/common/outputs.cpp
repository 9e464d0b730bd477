#include "experiments/common/outputs.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iostream>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/text.h"
#include "runtime/profiling/profile_cache.h"

namespace experiments {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;

void check_output(const std::string& flag, const std::string& file) {
    if (file.empty()) return;
    const fs::path path = file, parent = path.parent_path(), folder = parent.empty() ? fs::path(".") : parent;
    require<DataError>(framework::is_folder(folder), flag, " ", file, ": there is no folder ",
                       folder.string(), "; make it, or name a file elsewhere");
    const fs::file_type there = framework::type_of(path);
    require<DataError>(there != fs::file_type::directory, flag, " ", file,
                       " is a folder; name a file, in it perhaps");
    if (there == fs::file_type::not_found || there == fs::file_type::regular) {
        const framework::AtomicFile attempt(path);  // makes a file next to it and removes that again
    }
}

void check_picture(const std::string& flag, const std::string& file) {
    std::string end = fs::path(file).extension().string();
    std::ranges::transform(end, end.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    require<framework::UsageError>(end.empty() || end == ".png", flag, " ", file,
                                   ": a picture is a PNG; give a name that ends in .png");
    check_output(flag, file);
}

void check_cache(const std::string& file) {
    check_output("--cache", file);
    const runtime::ProfileCache cache(file);
    if (!cache.damaged().empty()) std::cerr << framework::sentence(cache.damaged()) << '\n';
}

}  // namespace experiments
