// Which folder may include which, and where each library has its home, read from the #include lines of the
// tree.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

struct Include {
    std::string file;    // "runtime/onednn/onednn.h"
    std::string header;  // "framework/graph/shape.h", "dnnl.hpp"
    bool ours;           // in quotes
};

bool begins_with(const std::string& text, const std::string& start) {
    return text.rfind(start, 0) == 0;
}

std::string folder_of(const std::string& path) {
    return path.substr(0, path.find('/'));
}

void read(const fs::path& file, const std::string& name, std::vector<Include>& includes) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (!begins_with(line, "#include ")) continue;
        const std::size_t begin = line.find_first_of("\"<"), end = line.find_last_of("\">");
        if (begin == std::string::npos || end <= begin) continue;
        includes.push_back({name, line.substr(begin + 1, end - begin - 1), line[begin] == '"'});
    }
}

std::vector<Include> includes_of_the_tree() {
    const fs::path root = SOURCE_ROOT;
    std::vector<Include> includes;
    for (const char* folder : {"framework", "optimizer", "runtime", "models", "experiments", "tests"}) {
        if (!fs::exists(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const std::string extension = entry.path().extension().string();
            if (extension != ".h" && extension != ".cpp") continue;
            read(entry.path(), fs::relative(entry.path(), root).generic_string(), includes);
        }
    }
    return includes;
}

const std::vector<Include>& includes() {
    static const std::vector<Include> all = includes_of_the_tree();
    return all;
}

}  // namespace

TEST_CASE("layering: framework stands alone, optimizer, runtime and models on framework, the rest on all") {
    const Names all{"framework", "optimizer", "runtime", "models", "experiments", "tests"};
    const std::map<std::string, Names> may_include{
        {"framework", {"framework"}},
        {"optimizer", {"framework", "optimizer"}},
        {"runtime", {"framework", "runtime"}},
        {"models", {"framework", "models"}},
        {"experiments", {"framework", "optimizer", "runtime", "models", "experiments"}},
        {"tests", all}};
    REQUIRE(includes().size() > 100);
    for (const Include& include : includes()) {
        if (!include.ours) continue;
        CAPTURE(include.file);
        CAPTURE(include.header);
        CHECK(may_include.at(folder_of(include.file)).contains(folder_of(include.header)));
    }
}

TEST_CASE("layering: each library has one home") {
    const std::map<std::string, std::vector<std::string>> homes{
        // by how its headers begin, the files or folders that may include it
        {"boost/", {"framework/graph/graph.h", "framework/graph/graph.cpp", "framework/plan/schedule.cpp"}},
        {"toml++/", {"framework/plan/machine_file."}},
        {"glpk", {"optimizer/search/milp."}},
        {"memkind", {"runtime/memory/memkind_allocator."}},
        {"dnnl", {"runtime/onednn/", "tests/runtime/onednn/", "tests/experiments/hanging_kernel."}},
        {"Eigen/", {"runtime/onednn/kernels/", "runtime/data/transform.cpp", "tests/"}},
        {"png", {"runtime/data/codec.", "tests/runtime/data/"}},
        {"jpeglib", {"runtime/data/codec.", "tests/runtime/data/"}},
        {"nlohmann/", {"framework/base/json.", "tests/"}},
        {"CLI/", {"experiments/"}},
        {"torch/", {"experiments/"}},
        {"doctest/", {"tests/"}}};
    for (const Include& include : includes()) {
        for (const auto& [library, home] : homes) {
            if (!begins_with(include.header, library)) continue;
            CAPTURE(include.file);
            CAPTURE(include.header);
            CHECK(std::any_of(home.begin(), home.end(),
                              [&](const std::string& path) { return begins_with(include.file, path); }));
        }
    }
}

TEST_CASE("layering: our headers are included from the root") {
    const fs::path root = SOURCE_ROOT;
    for (const Include& include : includes()) {
        if (!include.ours) continue;
        CAPTURE(include.file);
        CAPTURE(include.header);
        CHECK((fs::exists(root / include.header) || fs::exists(root / (include.header + ".in"))));
    }
}

// They follow the locale, or take what no flag and no file means: framework/base/numbers.h does neither.
TEST_CASE("layering: numbers are read and printed by framework/base/numbers.h") {
    const std::regex others(
        "\\b(strto[a-z]+|ato[fil]+|sto[ifdl]|stoll|stoull?|[sf]?scanf|lexical_cast|setprecision|"
        "ostringstream|stringstream)\\b|CLI::Range|\"[^\"]*%[-+#0-9.*]*[efgEFG]\\b");
    const fs::path root = SOURCE_ROOT;
    std::set<std::string> files;
    for (const Include& include : includes()) files.insert(include.file);
    for (const std::string& file : files) {
        if (folder_of(file) == "tests" || file == "framework/base/error.h") continue;
        std::ifstream in(root / file);
        int number = 0;
        for (std::string line; std::getline(in, line);) {
            ++number;
            CAPTURE(file);
            CAPTURE(number);
            CAPTURE(line);
            CHECK_FALSE(std::regex_search(line.substr(0, line.find("//")), others));
        }
    }
}
