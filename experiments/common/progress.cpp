#include "experiments/common/progress.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <sstream>

#include <unistd.h>

#include "framework/base/text.h"

namespace experiments {

Progress::Progress(bool quiet) : quiet_(quiet), terminal_(isatty(STDOUT_FILENO) != 0) {}

Progress::~Progress() {
    clear();
}

void Progress::clear() {
    if (drawn_) std::cout << "\r\033[K" << std::flush;
    drawn_ = false;
}

void Progress::show(const std::string& line) {
    using namespace std::chrono_literals;
    const auto now = std::chrono::steady_clock::now();
    if (quiet_ || now - last_ < (terminal_ ? 100ms : 10s)) return;
    last_ = now;
    if (!terminal_) {
        say(line);
        return;
    }
    std::cout << "\r\033[K" << framework::printable(line) << std::flush;
    drawn_ = true;
}

void Progress::say(const std::string& line) {
    if (quiet_) return;
    clear();
    std::istringstream lines(line);
    for (std::string one; std::getline(lines, one);) std::cout << framework::printable(one) << '\n';
    std::cout << std::flush;
}

void Progress::warn(const std::string& line) {
    clear();
    std::cerr << line << std::endl;
}

std::string print_time_left(double seconds) {
    constexpr double longest = 1e12;  // shown for longer times, and for a time not known yet, such as 0 / 0
    const auto whole = std::llround(seconds < longest ? seconds : longest);
    const std::int64_t hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
    std::array<char, 64> out{};
    if (hours > 0) {
        std::snprintf(out.data(), out.size(), "%ld:%02ld:%02ld", hours, minutes, rest);
    } else {
        std::snprintf(out.data(), out.size(), "%ld:%02ld", minutes, rest);
    }
    return out.data();
}

}  // namespace experiments
