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

// "framework/base" of "framework/base/error.h"; "framework" of a file at its top.
std::string room_of(const std::string& path) {
    const std::size_t first = path.find('/'), second = path.find('/', first + 1);
    return path.substr(0, second == std::string::npos ? first : second);
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
        {"runtime/session", {"framework", "optimizer", "runtime"}},
        {"models", {"framework", "models"}},
        {"experiments", {"framework", "optimizer", "runtime", "models", "experiments"}},
        {"tests", all}};
    REQUIRE(includes().size() > 100);
    for (const Include& include : includes()) {
        if (!include.ours) continue;
        CAPTURE(include.file);
        CAPTURE(include.header);
        const std::string from =
            room_of(include.file) == "runtime/session" ? "runtime/session" : folder_of(include.file);
        CHECK(may_include.at(from).contains(folder_of(include.header)));
    }
}

TEST_CASE("layering: within framework and optimizer a room includes only those below it") {
    const std::map<std::string, Names> may_include{
        {"framework/base", {}},
        {"framework/graph", {"framework/base"}},
        {"framework/passes", {"framework/base", "framework/graph"}},
        {"framework/plan", {"framework/base", "framework/graph"}},
        {"models", {"framework/base", "framework/graph", "models"}},
        {"runtime/data", {"framework/base"}}};
    for (const Include& include : includes()) {
        const std::string room = room_of(include.file);
        if (!include.ours || !may_include.contains(room) || room_of(include.header) == room) continue;
        CAPTURE(include.file);
        CAPTURE(include.header);
        CHECK(may_include.at(room).contains(room_of(include.header)));
    }
}

// What shows that a plan holds must not lean on what made it.
TEST_CASE("layering: the checker of plan files shares nothing with the rest of the optimizer") {
    const std::string folder = "optimizer/proof/";
    const Names checker{"check", "check_bound", "check_plan", "document", "exact", "exact_times"};
    const auto is_checker = [&](const std::string& path) {
        return begins_with(path, folder) &&
               checker.contains(path.substr(folder.size(), path.rfind('.') - folder.size()));
    };
    int found = 0;
    for (const Include& include : includes()) {
        if (!include.ours || !is_checker(include.file)) continue;
        ++found;
        CAPTURE(include.file);
        CAPTURE(include.header);
        CHECK((is_checker(include.header) || begins_with(include.header, "framework/base/") ||
               begins_with(include.header, "framework/plan/")));
    }
    CHECK(found > 10);
}

TEST_CASE("layering: each library has one home") {
    const std::map<std::string, std::vector<std::string>> homes{
        // by how its headers begin, the files or folders that may include it
        {"boost/graph", {"framework/graph/graph.cpp"}},
        {"boost/multiprecision", {"optimizer/proof/exact.h"}},
        {"toml++/", {"framework/plan/machine_file."}},
        {"glpk", {"optimizer/search/milp."}},
        {"memkind", {"runtime/memory/memkind_allocator."}},
        {"dnnl", {"runtime/onednn/", "tests/runtime/onednn/", "tests/experiments/hanging_kernel."}},
        {"Eigen/", {"runtime/onednn/kernels/", "runtime/data/transform.cpp", "tests/"}},
        {"png", {"runtime/data/png.", "tests/runtime/data/"}},
        {"jpeglib", {"runtime/data/jpeg.", "tests/runtime/data/"}},
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

TEST_CASE("layering: what is installed is what users' programs include, and what that includes") {
    const fs::path root = SOURCE_ROOT;
    std::vector<std::string> open{"runtime/session/session.h", "models/models.h",
                                  "framework/base/error.h",    "framework/graph/layers.h",
                                  "runtime/data/batcher.h",    "runtime/data/dataset.h",
                                  "optimizer/solve.h",         "optimizer/proof/plan_file.h"};
    Names needed;
    while (!open.empty()) {
        const std::string header = open.back();
        open.pop_back();
        if (!needed.insert(header).second) continue;
        for (const Include& include : includes()) {
            if (include.file == header && include.ours) open.push_back(include.header);
        }
    }
    Names installed;
    std::ifstream in(root / ".install/headers");
    for (std::string line; std::getline(in, line);) installed.insert(line);
    for (const std::string& header : needed) {
        CAPTURE(header);
        CHECK(installed.contains(header));
    }
    for (const std::string& header : installed) {
        CAPTURE(header);
        CHECK(needed.contains(header));
    }
}

TEST_CASE("layering: outside its home no file of ours sees oneDNN, through whatever it includes") {
    Names seeing;  // files that include it, or one that does
    for (bool more = true; more;) {
        more = false;
        for (const Include& include : includes()) {
            const bool sees =
                include.ours ? seeing.contains(include.header) : begins_with(include.header, "dnnl");
            more |= sees && seeing.insert(include.file).second;
        }
    }
    CHECK(seeing.contains("runtime/onednn/primitive.cpp"));
    for (const std::string& file : seeing) {
        CAPTURE(file);
        CHECK((begins_with(file, "runtime/onednn/") || begins_with(file, "tests/runtime/onednn/") ||
               file == "tests/experiments/hanging_kernel.cpp"));
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
