// A run of evaluate: opens the set, runs the network over it, and writes what the flags ask for.
#pragma once

#include <span>
#include <string>

#include "experiments/common/inference.h"

namespace experiments::evaluate {

struct Flags {
    InferenceFlags inference;
    std::string data{}, split = "test", picture{};
    int rows = 20;

    void add_to(CLI::App& app);
    void check() const;
};

// Returns the exit code: 0, or that of the signal that ended it.
int run(const Flags& flags, std::span<char* const> arguments);

}  // namespace experiments::evaluate
