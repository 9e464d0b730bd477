#include "tests/optimizer/proof/both_checkers.h"

#include <cstdio>
#include <fstream>

#include <doctest/doctest.h>

#include "framework/base/text.h"
#include "tests/optimizer/proof/support.h"
#include "tests/support/temporary_folder.h"

namespace plans {

using framework::text;

namespace {

// What docs/check_plan.py says of each file: accepted or not.
std::vector<bool> python_accepts(const std::vector<Case>& cases) {
    const TemporaryFolder folder;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto path = folder.path() / text("plan", i, ".json");
        std::ofstream(path) << cases[i].content;
    }
    const std::string command = text("cd '", folder.path().string(), "' && python3 '", SOURCE_ROOT,
                                     "/docs/check_plan.py' $(seq -f 'plan%g.json' 0 ", cases.size() - 1, ")");
    std::FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::vector<bool> accepted;
    std::string line;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        if (c != '\n') {
            line += static_cast<char>(c);
            continue;
        }
        accepted.push_back(line.find(": accepted") != std::string::npos);
        line.clear();
    }
    ::pclose(pipe);
    return accepted;
}

bool has_python() {
    return std::system("python3 -c '' 2>/dev/null") == 0;  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

void judge(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        const std::string why = refusal(one.content);
        CAPTURE(one.name);
        CAPTURE(why);
        CHECK(why.empty() == !one.because);
        CHECK(why.find('\n') == std::string::npos);
        CHECK(why.find(one.because.value_or("")) != std::string::npos);
        if (why.empty() && one.because) MESSAGE(one.content);
    }
    if (!has_python()) return;
    const std::vector<bool> accepted = python_accepts(cases);
    REQUIRE(accepted.size() == cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
        CAPTURE(cases[i].name);
        CHECK(accepted[i] == !cases[i].because);
        if (accepted[i] && cases[i].because) MESSAGE(cases[i].content);
    }
}

}  // namespace plans
