// Which folder may include which, and where each library has its home, read from the #include lines of the
// tree.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <vector>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

struct Include {
    std::string file;    // "runtime/onednn.h"
    std::string header;  // "framework/shape.h", "dnnl.hpp"
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
    const std::map<std::string, Names> homes{
        {"boost/", {"framework/graph.h", "framework/graph.cpp", "framework/schedule.cpp"}},
        {"glpk", {"optimizer/milp.h", "optimizer/milp.cpp"}},
        {"memkind", {"runtime/tier_memory.h", "runtime/tier_memory.cpp"}}};
    for (const Include& include : includes()) {
        CAPTURE(include.file);
        CAPTURE(include.header);
        for (const auto& [library, home] : homes) {
            CHECK((!begins_with(include.header, library) || home.contains(include.file)));
        }
        const bool under_runtime =
            begins_with(include.file, "runtime/") || begins_with(include.file, "tests/runtime/");
        CHECK((!begins_with(include.header, "dnnl") || under_runtime));
    }
}

TEST_CASE("layering: our headers are included from the root") {
    for (const Include& include : includes()) {
        if (!include.ours) continue;
        CAPTURE(include.file);
        CAPTURE(include.header);
        CHECK(std::filesystem::exists(fs::path(SOURCE_ROOT) / include.header));
    }
}
