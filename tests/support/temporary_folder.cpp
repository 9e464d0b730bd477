#include "tests/support/temporary_folder.h"

#include <cstdlib>
#include <stdexcept>

#include "framework/base/files.h"

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "autotm_test_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder: " + pattern);
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void write_text(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    framework::write_file(path, content);
}

void overwrite_byte(const fs::path& path, std::size_t at, std::uint8_t value) {
    auto content = framework::read_file(path);
    content.at(at) = value;
    framework::write_file(path, content);
}

void cut_short(const fs::path& path, std::size_t bytes) {
    fs::resize_file(path, fs::file_size(path) - bytes);
}

bool mentions(const std::string& text, std::span<const std::string> parts) {
    for (const std::string& part : parts) {
        if (text.find(part) == std::string::npos) return false;
    }
    return true;
}
