#include "framework/base/data_files.h"

#include <dlfcn.h>

namespace framework {

namespace fs = std::filesystem;

namespace {

// The folder of the file that this code was loaded from: a library, or a program that it was linked into.
fs::path own_folder() {
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&data_file), &info) == 0 || !info.dli_fname) return {};
    std::error_code error;
    const fs::path file = fs::canonical(info.dli_fname, error);
    return error ? fs::path() : file.parent_path();
}

}  // namespace

fs::path data_file(const std::string& installed, const std::string& in_tree) {
    const fs::path own = own_folder();
    fs::path wanted = (own / AUTOTM_DATA_FROM_LIBRARY / installed).lexically_normal();
    std::error_code error;
    if (fs::is_regular_file(wanted, error)) return wanted;
    const fs::path copy = (own / ".." / in_tree).lexically_normal();
    return fs::is_regular_file(copy, error) ? copy : wanted;
}

}  // namespace framework
