#include "runtime/data/class_names.h"

#include <algorithm>
#include <cstdint>
#include <sstream>

#include "framework/base/error.h"
#include "framework/base/files.h"

namespace runtime::data {

std::vector<std::string> read_class_names(const std::filesystem::path& path) {
    std::vector<std::string> names;
    if (!framework::is_there(path)) {
        for (int c = 0; c < 10; ++c) names.push_back(std::to_string(c));
        return names;
    }
    const auto content = framework::read_file(path);
    std::istringstream lines(std::string(content.begin(), content.end()));
    lines.exceptions(std::ios::badbit);  // refused memory must not look like the end of the file
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        line.erase(line.find_last_not_of(" \t\r") + 1);
        if (line.empty()) continue;
        // Names are printed and used as names of folders. This check also notices a file that is something
        // else.
        constexpr std::size_t longest = 200;
        const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
        framework::require<framework::DataError>(
            line.size() <= longest && std::ranges::none_of(line, control), path.string(), ": line ", number,
            " is not the name of a class; write a name a line, of at most ", longest,
            " bytes and without control characters");
        names.push_back(line);
    }
    framework::require<framework::DataError>(!names.empty() && names.size() <= 256, path.string(), ": names ",
                                             names.size(), " classes; 1 to 256 lines are expected");
    return names;
}

void write_class_names(const std::filesystem::path& path, const std::vector<std::string>& names) {
    std::string lines;
    for (const std::string& name : names) lines += name + '\n';
    framework::write_file(path, lines);
}

}  // namespace runtime::data
