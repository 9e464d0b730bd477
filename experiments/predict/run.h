// A run of predict: finds the images, runs the network over them, and writes what the flags ask for.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiments/common/inference.h"

namespace experiments::predict {

struct Flags {
    InferenceFlags inference;
    std::vector<std::string> paths{};  // images, and folders of them
    std::string list{};                // a file with a path a line; "-" for standard input
    int top = 1;

    void add_to(CLI::App& app);
};

// Returns the exit code: 0, or that of the signal that ended it. Throws DataError at the end if some images
// could not be read; the others are predicted by then.
int run(const Flags& flags, std::span<char* const> arguments);

}  // namespace experiments::predict
