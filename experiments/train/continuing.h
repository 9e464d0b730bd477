// The command line that continues a run.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace experiments::train {

// The command of `arguments` (argv), to be pasted into a shell, with --resume CHECKPOINT in place of --resume
// or --init, and without the flags of `dropped`, such as "--epochs", and their values. `length` is added:
// "--epochs 20".
std::string continuing_command(std::span<char* const> arguments, const std::string& checkpoint,
                               std::span<const std::string> dropped, const std::string& length);

}  // namespace experiments::train
