// The main() of a harness in a build without libFuzzer: runs it over every file of the folders that it is
// given, then over its large inputs. A file whose name starts with "valid" must be read, so that the corpus
// keeps reaching what lies behind the first check of a reader.
#include <algorithm>
#include <iostream>

#include "framework/files.h"
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
    for (const std::filesystem::path& file : files) {
        std::cout << file.filename().string() << std::endl;  // the last one printed is the one that failed
        const std::vector<std::uint8_t> content = framework::read_file(file);
        LLVMFuzzerTestOneInput(content.data(), content.size());
        if (!file.filename().string().starts_with("valid") || fuzz::refusal().empty()) continue;
        std::cout << "is valid and was refused: " << fuzz::refusal() << std::endl;
        ++refused;
    }
    for (const auto make : fuzz::LargeInput::all()) {
        const std::string content = make();
        std::cout << "an input of " << content.size() << " bytes" << std::endl;
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
    }
    std::cout << files.size() + fuzz::LargeInput::all().size() << " inputs" << std::endl;
    return files.empty() || refused > 0 ? 1 : 0;
}
