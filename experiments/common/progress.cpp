#include "experiments/common/progress.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <sstream>

#include <unistd.h>

#include "framework/base/text.h"

namespace experiments {

Progress::Progress(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
    clear();
}

void Progress::clear() {
    if (drawn_) std::cerr << "\r\033[K" << std::flush;
    drawn_ = false;
}

void Progress::show(const std::string& line) {
    using namespace std::chrono_literals;
    const auto now = std::chrono::steady_clock::now();
    if (quiet_ || now - last_ < (terminal_ ? 100ms : 10s)) return;
    last_ = now;
    if (!terminal_) {
        note(line);
        return;
    }
    std::cerr << "\r\033[K" << framework::printable(line) << std::flush;
    drawn_ = true;
}

void Progress::show(double share, const std::string& line) {
    show(terminal_ ? bar(share) + "  " + line : line);
}

void Progress::print(std::ostream& out, const std::string& lines) {
    if (quiet_) return;
    clear();
    std::istringstream each(lines);
    for (std::string line; std::getline(each, line);) out << framework::printable(line) << '\n';
    out << std::flush;
}

void Progress::say(const std::string& line) {
    print(std::cout, line);
}

void Progress::note(const std::string& line) {
    print(std::cerr, line);
}

void Progress::warn(const std::string& line) {
    clear();
    std::cerr << line << std::endl;
}

std::string bar(double share) {
    constexpr int width = 20;
    const int done = static_cast<int>(width * std::clamp(share, 0.0, 1.0));
    std::string drawn(width, ' ');
    std::fill_n(drawn.begin(), done, '=');
    if (done < width) drawn[static_cast<std::size_t>(done)] = '>';
    return "[" + drawn + "]";
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
