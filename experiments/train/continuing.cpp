#include "experiments/train/continuing.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace experiments::train {

namespace {

std::string quoted(const std::string& argument) {
    constexpr std::string_view harmless =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=,%+-@";
    if (!argument.empty() && argument.find_first_not_of(harmless) == std::string::npos) return argument;
    std::string out = "'";
    for (const char c : argument) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

}  // namespace

std::string continuing_command(std::span<char* const> arguments, const std::string& checkpoint,
                               std::span<const std::string> dropped, const std::string& length) {
    std::vector<std::string> without{"--resume", "--init"};
    without.insert(without.end(), dropped.begin(), dropped.end());
    std::string command;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string argument = arguments[i], flag = argument.substr(0, argument.find('='));
        if (std::ranges::find(without, flag) == without.end()) {
            command += quoted(argument) + ' ';
        } else if (flag == argument) {
            ++i;  // its value is the next argument
        }
    }
    return command + (length.empty() ? "" : length + ' ') + "--resume " + quoted(checkpoint);
}

}  // namespace experiments::train
