// The main() of a harness in a build without libFuzzer: runs it over every file of the folders that it is
// given, then over its large inputs. A file whose name starts with "valid" must be read, so that the corpus
// keeps reaching what lies behind the first check of a reader.
#include <algorithm>
#include <iostream>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "tests/fuzz/harness.h"

int main(int argc, char** argv) {
    std::vector<std::filesystem::path> files;
    for (const char* path : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
        if (!std::filesystem::is_directory(path)) {
            files.emplace_back(path);
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    int refused = 0;
    // The last name printed is that of the input that failed.
    const auto replay = [](const std::string& name, fuzz::Input content) {
        std::cout << name << ": " << std::flush;
        LLVMFuzzerTestOneInput(content.data(), content.size());
        std::cout << (fuzz::refusal().empty() ? "read" : fuzz::refusal()) << std::endl;
    };
    for (const std::filesystem::path& file : files) {
        const std::string name = file.filename().string();
        replay(name, framework::read_file(file));
        if (name.starts_with("valid") && !fuzz::refusal().empty()) ++refused;
    }
    for (const auto make : fuzz::LargeInput::all()) {
        const std::string content = make();
        replay(framework::text(content.size(), " bytes"),
               {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
    }
    if (refused > 0) std::cout << refused << " valid inputs were refused" << std::endl;
    std::cout << files.size() + fuzz::LargeInput::all().size() << " inputs" << std::endl;
    return files.empty() || refused > 0 ? 1 : 0;
}
