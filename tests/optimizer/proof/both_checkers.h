// The two checkers of plan files, ours and docs/check_plan.py, and what both must say of a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace plans {

struct Case {
    std::string name, content;
    std::optional<std::string> because;  // empty: it is accepted; else part of the sentence that refuses it
};

// CHECKs what our checker says of each, and the other one where there is Python.
void judge(const std::vector<Case>& cases);

}  // namespace plans
